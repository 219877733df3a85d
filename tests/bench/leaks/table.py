"""The figures of the labelled files as lines to print: labels and shares, never a value."""

from statistics import mean

from leaks.tally import Outcome, Tally, blocked, found, grouped, labels_of


def table(tally: Tally, misses: bool = False) -> list[str]:
    """With misses, the label of each secret that was missed and of each harmless file that was reported."""
    lines = [f"{'independent samples':<34}{'cases':>7}{'found':>8}{'block':>8}", "-- recall by family"]
    lines += _rows(grouped(tally.secrets, lambda sample: sample.family))
    lines += [_row("all (micro)", tally.secrets)]
    lines += [f"{'macro over families':<41}{tally.macro:>8.1%}"]
    lines += [f"{'macro over kinds of files':<41}{tally.macro_of_kinds:>8.1%}"]
    named = mean(outcome.is_found or outcome.is_named for outcome in tally.secrets)
    lines += [f"{'all, with files reported by name':<41}{named:>8.1%}"]
    lines += [_row("of them sure to block", tally.sure_to_block)]
    lines += ["-- recall by kind of file"]
    lines += _rows(grouped(tally.secrets, lambda sample: sample.kind))
    lines += ["-- false alarms"]
    lines += _rows(grouped(tally.harmless, lambda sample: sample.family))
    lines += [_row("all", tally.harmless), _row("near misses, apart", tally.near)]
    strays = sum(outcome.stray for outcome in tally.secrets)
    lines += [f"{'precision':<41}{tally.precision:>8.1%}   ({strays} strays beside secrets)"]
    if misses:
        lines += ["-- missed", *_listed(tally.secrets, missed=True)]
        lines += ["-- false alarms by label", *_listed((*tally.harmless, *tally.near), missed=False)]
        strayed = labels_of(tally.secrets, lambda outcome: bool(outcome.stray))
        lines += ["-- strays", *(f"   {count} x {label}" for label, count in strayed.most_common())]
    return lines


def _rows(groups: dict[str, list[Outcome]]) -> list[str]:
    return [_row(name, group) for name, group in groups.items()]


def _row(name: str, outcomes: list[Outcome] | tuple[Outcome, ...]) -> str:
    return f"{name:<34}{len(outcomes):>7}{found(outcomes):>8.1%}{blocked(outcomes):>8.1%}"


def _listed(outcomes: tuple[Outcome, ...], missed: bool) -> list[str]:
    counts = labels_of(outcomes, lambda outcome: outcome.is_found is not missed)
    return [f"   {count} x {label}" for label, count in counts.most_common()]
