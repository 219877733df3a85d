import pytest
from asking import judge

from app.readiness.components import Owners, find_components


def components(*paths: str) -> list[str]:
    return list(find_components(sorted(paths)))


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a/package.json", "a/Dockerfile", "b/go.mod", "b/main.go"], ["a", "b"]),
        (["a/html/composer.json", "a/Dockerfile", "b/main.go", "b/Dockerfile"], ["a", "b"]),
        (["src/cart/src/cart.csproj", "src/cart/src/Dockerfile", "src/ad/build.gradle", "src/ad/Dockerfile"],
         ["src/ad", "src/cart"]),
        (["src/Web/Web.csproj", "src/Web/appsettings.json", "src/Api/Api.csproj", "src/Api/appsettings.json",
          "src/Domain/Domain.csproj", "src/AppHost/AppHost.csproj", "src/AppHost/appsettings.json"],
         ["src/Api", "src/Web"]),
        (["order/pom.xml", "order/src/main/java/a/OrderApplication.java", "user/build.gradle.kts",
          "user/src/main/kotlin/a/UserApplication.kt", "common/pom.xml", "common/src/main/java/a/Money.java"],
         ["order", "user"]),
        (["go.mod", "cmd/api/main.go", "cmd/worker/main.go", "internal/a.go"], ["."]),
        (["a/go.mod", "a/cmd/a/main.go", "b/go.mod", "b/cmd/main.go"], ["a", "b"]),
        (["orders/pom.xml", "k8s/orders-deployment.yaml", "users/pom.xml", "k8s/user-service/users.yml"],
         ["orders", "users"]),
        (["a/fly.toml", "a/mix.exs", "b/serverless.yml", "b/package.json"], ["a", "b"]),
        (["services/a/package.json", "services/a/src/index.ts", "services/b/package.json", "services/b/index.js"],
         ["services/a", "services/b"]),
        (["apps/web/package.json", "apps/web/next.config.js", "apps/api/package.json", "apps/api/nest-cli.json",
          "apps/docs/package.json", "apps/docs/next.config.js", "packages/ui/package.json", "packages/ui/server.ts"],
         ["apps/api", "apps/web"]),
        # One image is built at the root: what has a program of its own is a part of it.
        (["Dockerfile", "package.json", "server/package.json", "server/server.js", "web/package.json",
          "web/next.config.js"], ["."]),
        (["Dockerfile", "package.json", "src/server.js", "worker/package.json", "worker/Dockerfile"], [".", "worker"]),
        (["Dockerfile", "pom.xml", "a/pom.xml", "a/Dockerfile", "b/pom.xml", "b/Dockerfile"], ["a", "b"]),
        (["package.json", "render.yaml", "a/package.json", "a/Dockerfile", "b/package.json", "b/Dockerfile"],
         ["a", "b"]),
        (["packages/a/package.json", "packages/a/src/index.ts", "package.json"], ["."]),
        (["a/Dockerfile", "b/Dockerfile", "c/package.json"], ["."]),
        (["e2e/package.json", "e2e/Dockerfile", "load-gen/main.py", "load-gen/requirements.txt", "docs/package.json",
          "docs/next.config.js", "examples/a/package.json", "examples/a/Dockerfile"], ["."]),
        (["deploy/requirements.txt", "deploy/Dockerfile", "go.mod", "main.go"], ["."]),
        (["mobile/package.json", "mobile/android.Dockerfile"], ["."]),
        ([], ["."]),
    ],
)  # fmt: skip
def test_what_a_person_would_call_the_services(paths: list[str], expected: list[str]) -> None:
    assert components(*paths) == expected


OWNERS = Owners([".", "src/cart", "src/cart-history", "payment-service", "web/config"])


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("src/cart/a.py", "src/cart"),
        ("src/cart/k8s/payment.yaml", "src/cart"),
        ("k8s/cart.yaml", "src/cart"),
        ("k8s/cart-deployment.yaml", "src/cart"),
        ("k8s/cartservice.yml", "src/cart"),
        ("k8s/cartridge.yml", "."),
        ("k8s/shop-payment.yaml", "payment-service"),
        ("k8s/cart_history-hpa.yaml", "src/cart-history"),
        ("k8s/payment.yaml", "payment-service"),
        ("k8s/payment-service/deployment.yaml", "payment-service"),
        ("charts/cart/templates/deployment.yaml", "src/cart"),
        ("docker/Dockerfile.cart", "src/cart"),
        ("k8s/redis.yaml", "."),
        ("k8s/config/all.yaml", "."),
        ("docs/cart.md", "."),
        ("libs/cart/a.py", "."),
        ("README.md", "."),
    ],
)
def test_files_are_those_of_the_component_they_are_called_after(path: str, owner: str) -> None:
    assert OWNERS.of_path(path) == owner


def test_two_components_of_one_name_own_nothing_by_it() -> None:
    assert Owners(["a/api", "b/api"]).of_path("k8s/api.yaml") == "."
    exact = Owners(["a/api", "b/api-service"])
    assert (exact.of_path("k8s/api.yaml"), exact.of_path("k8s/api-service.yaml")) == ("a/api", "b/api-service")


SERVICES = {
    f"src/{name}/{file}": text
    for name in ("cart", "order")
    for file, text in (("package.json", "{}"), ("Dockerfile", "FROM node\n"))
}
PROBED = {"per": "service", "implemented": {"data": "workload:container", "every": {"livenessProbe": {"exists": True}}}}


def pod(name: str, more: str = "") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\n"
        f"spec: {{template: {{spec: {{containers: [{{name: {name}{more}}}]}}}}}}\n"
    )


PROBE = ", livenessProbe: {tcpSocket: {port: 1}}"


def stands(files: dict[str, str], rule: dict[str, object] = PROBED) -> dict[str, str]:
    return {part.path: part.status.value for part in judge(rule, {**SERVICES, **files}).components}


def test_a_workload_counts_for_its_own_component_alone() -> None:
    expected = {"src/cart": "implemented", "src/order": "missing"}
    assert stands({"k8s/cart.yaml": pod("cart", PROBE), "k8s/order.yaml": pod("order")}) == expected
    assert stands({"k8s/all.yaml": pod("cart", PROBE) + "---\n" + pod("order-service")}) == expected
    assert stands({"k8s/all.yaml": pod("redis", PROBE)}) == dict.fromkeys(expected, "implemented")


def test_a_large_shared_file_is_divided_too() -> None:
    many = "---\n".join([*(pod(f"other{number}", PROBE) for number in range(40)), pod("order")])
    assert stands({"k8s/all.yaml": many}) == {"src/cart": "implemented", "src/order": "missing"}


def test_a_service_of_compose_belongs_to_the_folder_it_is_built_from() -> None:
    rule = {"per": "service", "implemented": {"data": "compose:service", "where": {"healthcheck": {"exists": True}}}}
    compose = """services:
  shop: {build: ./src/cart, healthcheck: {test: x}}
  second: {build: {context: src/order/}}
"""
    assert stands({"compose.yaml": compose}, rule) == {"src/cart": "implemented", "src/order": "missing"}


def test_paths_are_those_of_the_component() -> None:
    rule = {"per": "service", "implemented": {"path": ["**/*probe*.yaml"]}}
    expected = {"src/cart": "implemented", "src/order": "missing"}
    assert stands({"k8s/cart/probe.yaml": ""}, rule) == stands({"src/cart/probe.yaml": ""}, rule) == expected


def test_the_words_say_which_components_lack_it() -> None:
    rule = {**PROBED, "applies_when": {"path": ["**/Dockerfile"]}, "message": {"missing": "No probe."}}
    files = {"k8s/cart.yaml": pod("cart", PROBE), "k8s/order.yaml": pod("order")}
    files |= {"src/c/go.mod": "", "src/c/main.go": ""}
    result = judge(rule, {**SERVICES, **files})
    assert [(part.path, part.status) for part in result.components] == [
        ("src/c", "not-applicable"),
        ("src/cart", "implemented"),
        ("src/order", "missing"),
    ]
    assert result.missing_evidence == "No probe. Missing in src/order; implemented in src/cart."
    assert [e.path for e in result.evidence] == ["k8s/order.yaml", "k8s/cart.yaml"]


def test_what_applies_to_no_component_does_not_apply() -> None:
    result = judge({**PROBED, "applies_when": {"path": ["nowhere"]}}, SERVICES)
    assert (result.status, result.missing_evidence) == ("not-applicable", "")
