"""Tables as frameworks call them after models: plural, in lower case, with underscores."""

import re


def table_of_model(model: str) -> str:
    """The table of a class that does not say another: `OrderItem` has `order_items`."""
    return plural(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model).lower())


def plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    if name in ("person", "child"):
        return {"person": "people", "child": "children"}[name]
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh", "z")) else f"{name}s"


def singular(name: str) -> str:
    last = name.rpartition(".")[2]
    if last.endswith("ies"):
        return f"{last[:-3]}y"
    if last.endswith(("sses", "xes", "ches", "shes")):
        return last[:-2]
    return last.removesuffix("s")
