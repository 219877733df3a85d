"""Every labelled file, in one order."""

from functools import cache

from leaks.form_samples import form_samples, read_forms
from leaks.harmless_samples import harmless_samples
from leaks.key_samples import key_samples
from leaks.provider_samples import provider_samples
from leaks.sample import Sample


@cache
def all_samples() -> tuple[Sample, ...]:
    return (*provider_samples(), *form_samples(), *read_forms("files.yml"), *key_samples(), *harmless_samples())
