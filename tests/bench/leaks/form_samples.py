"""Credentials without a provider: assignments under many names, and the forms of forms.yml."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from leaks.dice import Dice
from leaks.provider_samples import places, spellings
from leaks.sample import Sample, marked

HERE = Path(__file__).parent
# Names of every sort, and how the value beside them is made.
NAMES = {
    "PASSWORD": "«password»",
    "DB_PASSWORD": "«password»",
    "DB_PASS": "«password»",
    "MYSQL_ROOT_PASSWORD": "«password»",
    "POSTGRES_PASSWORD": "«password»",
    "SMTP_PASSWORD": "«password»",
    "ADMIN_PASSWORD": "«password»",
    "REDIS_PASSWORD": "«an:32»",
    "KEYSTORE_PASSWORD": "«password»",
    "SSH_PASSPHRASE": "«password»",
    "FTP_PWD": "«an:12»",
    "PASSWD": "«an:14»",
    "SECRET": "«an:32»",
    "SECRET_KEY": "«hex:64»",
    "CLIENT_SECRET": "«an:40»",
    "JWT_SECRET": "«an:48»",
    "SESSION_SECRET": "«hex:32»",
    "COOKIE_SECRET": "«bytes64:24»",
    "WEBHOOK_SECRET": "«hex:40»",
    "APP_SECRET": "«hex:32»",
    "SIGNING_KEY": "«bytes64:32»",
    "ENCRYPTION_KEY": "«hex:64»",
    "MASTER_KEY": "«hex:32»",
    "API_KEY": "«an:32»",
    "APIKEY": "«hex:32»",
    "ACCESS_KEY": "«an:20»",
    "SERVICE_API_KEY": "«uuid»",
    "ACCESS_TOKEN": "«an:40»",
    "AUTH_TOKEN": "«hex:40»",
    "API_TOKEN": "«url:43»",
    "REFRESH_TOKEN": "«url:64»",
    "BOT_TOKEN": "«an:36»",
    "DEPLOY_TOKEN": "«an:24»",
    "OAUTH_SECRET": "«an:36»",
    "CONSUMER_SECRET": "«an:50»",
    "PRIVATE_TOKEN": "«an:20»",
    "STORAGE_KEY": "«bytes64:48»",
    "LICENSE_SECRET": "«up:25»",
    "MYSQL_PWD": "«an:14»",
    "SA_PASSWORD": "«UPPER:1»«lower:6»«d:3»!«an:3»",
    "ROOTPW": "«password»",
    "USER_PWD": "«an:10»",
    "PASS": "«an:13»",
    "LOGIN_PASSWORD": "«weak»",
    "WIFI_PASSWORD": "«weak»",
    "PRIVATE_KEY_PASSWORD": "«password»",
    "BEARER_TOKEN": "«url:52»",
    "SECURITY_TOKEN": "«an:24»",
    "TOKEN": "«hex:40»",
    "TOKEN_SECRET": "«an:45»",
    "AUTH_KEY": "«hex:32»",
    "HMAC_KEY": "«bytes64:32»",
}
TIMES = 8


def form_samples() -> Iterator[Sample]:
    yield from _assignments()
    yield from read_forms("forms.yml")


def _assignments() -> Iterator[Sample]:
    """Each name in eight places that show it."""
    named = [place for place in places() if not place.get("bare") and not place.get("encoded")]
    for number, (name, recipe) in enumerate(NAMES.items()):
        for time in range(TIMES):
            place = named[(number * TIMES + time + number // 9) % len(named)]
            dice = Dice(f"generic/{name}/{time}")
            words = {**spellings(name), "value": dice.fill(recipe), "provider": dice.draw_word("")}
            text, lines = marked(dice.fill(place["text"], **words))
            yield Sample("generic", f"assignment of {name}", place["kind"], place["path"], text, lines)


def read_forms(file: str) -> Iterator[Sample]:
    """The samples of one of the data files; those without marks are harmless."""
    for group in yaml.safe_load((HERE / file).read_text(encoding="utf-8")):
        for row in group["forms"]:
            for time in range(row.get("times", group.get("times", 2))):
                yield drawn(group["family"], row, time)


def drawn(family: str, row: Mapping[str, Any], time: int) -> Sample:
    """Host, password and name are the same wherever they stand in the file."""
    form, kind = row["form"], row["kind"]
    dice = Dice(f"{family}/{form}/{kind}/{time}")
    name = dice.random.choice(tuple(NAMES))
    words = {"NAME": name, "host": dice.draw_host(""), "password": dice.draw_password("")}
    text, lines = marked(dice.fill(row["text"], **words))
    known_by_name = row.get("known_by_name", False)
    return Sample(family, form, kind, row["path"], text, lines, known_by_name=known_by_name)
