"""What is in deploy/ and the Dockerfile: that the pieces fit each other and the program.

`scripts/manifests` checks them against the schemas of Kubernetes and Compose, `scripts/image` does what the build does.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from okta_mcp import __version__
from okta_mcp.settings import OPTIONS, load_settings

ROOT = Path(__file__).parents[1]
KUBERNETES = ROOT / "deploy/kubernetes"
FILES = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.suffix != ".pyc")
HEALTHCHECK = ROOT / "deploy/healthcheck.py"
DEFAULTS = {option.env: option.default for option in OPTIONS}
EXAMPLES = {option.env: option.example for option in OPTIONS}


def read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


KUSTOMIZATION = read("deploy/kubernetes/kustomization.yaml")
OBJECTS = {one["kind"]: one for one in (read(KUBERNETES / name) for name in KUSTOMIZATION["resources"])}
SECRET = read("deploy/kubernetes/secret.example.yaml")
CALLERS = read("deploy/kubernetes/callers.example.yaml")
COMPOSE = read("deploy/compose.yaml")
DEPLOYMENT = OBJECTS["Deployment"]["spec"]
POD = DEPLOYMENT["template"]
(CONTAINER,) = POD["spec"]["containers"]


def fits(selector, labels=POD["metadata"]["labels"]):
    return selector.items() <= labels.items()


# Kubernetes


def test_every_manifest_is_part_of_the_base_but_the_examples_of_the_secrets():
    here = {path.name for path in KUBERNETES.glob("*.yaml")}
    assert here == {*KUSTOMIZATION["resources"], "kustomization.yaml", "secret.example.yaml", "callers.example.yaml"}
    assert len(OBJECTS) == len(KUSTOMIZATION["resources"])


def test_no_manifest_names_a_namespace_and_all_have_one_name():
    for one in (*OBJECTS.values(), SECRET):
        assert one["metadata"]["name"] == "okta-mcp"
        assert "namespace" not in one["metadata"]
    assert "namespace" not in KUSTOMIZATION


@pytest.mark.parametrize(
    "selector",
    [
        DEPLOYMENT["selector"]["matchLabels"],
        OBJECTS["Service"]["spec"]["selector"],
        OBJECTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        OBJECTS["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        POD["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
    ],
    ids=["deployment", "service", "budget", "network policy", "spread"],
)
def test_every_selector_means_the_pods_of_the_deployment(selector):
    assert selector
    assert fits(selector)


def test_everything_that_reaches_a_pod_reaches_the_port_that_the_server_listens_on():
    (port,) = CONTAINER["ports"]
    config = OBJECTS["ConfigMap"]["data"]
    assert str(port["containerPort"]) == config["OKTA_MCP_PORT"] == DEFAULTS["OKTA_MCP_PORT"]
    assert config["OKTA_MCP_HOST"] == "0.0.0.0"
    assert POD["metadata"]["annotations"]["prometheus.io/port"] == config["OKTA_MCP_PORT"]
    probes = [CONTAINER[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")]
    (published,) = OBJECTS["Service"]["spec"]["ports"]
    (let_in,) = OBJECTS["NetworkPolicy"]["spec"]["ingress"][0]["ports"]
    assert {probe["port"] for probe in probes} | {published["targetPort"], let_in["port"]} == {port["name"]}
    assert [probe["path"] for probe in probes] == ["/livez", "/livez", "/readyz"]


def test_the_pods_take_their_settings_from_objects_that_exist():
    (config, secret) = CONTAINER["envFrom"]
    assert config["configMapRef"]["name"] == OBJECTS["ConfigMap"]["metadata"]["name"]
    assert secret["secretRef"]["name"] == SECRET["metadata"]["name"]
    assert POD["spec"]["serviceAccountName"] == OBJECTS["ServiceAccount"]["metadata"]["name"]


def test_the_image_of_the_deployment_is_the_one_that_the_kustomization_places():
    (image,) = KUSTOMIZATION["images"]
    assert (image["name"], image["newTag"]) == (CONTAINER["image"], __version__)


def test_three_replicas_of_which_two_always_stay():
    scaler = OBJECTS["HorizontalPodAutoscaler"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == OBJECTS["Deployment"]["metadata"]["name"]
    assert DEPLOYMENT["replicas"] == scaler["minReplicas"] == 3
    assert OBJECTS["PodDisruptionBudget"]["spec"]["minAvailable"] == 2
    assert DEPLOYMENT["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_pods_are_what_the_restricted_standard_asks_for():
    pod, container = POD["spec"]["securityContext"], CONTAINER["securityContext"]
    assert (pod["runAsNonRoot"], pod["seccompProfile"]["type"]) == (True, "RuntimeDefault")
    assert pod["runAsUser"] > 0
    assert container["capabilities"] == {"drop": ["ALL"]}
    assert (container["allowPrivilegeEscalation"], container["readOnlyRootFilesystem"]) == (False, True)
    assert POD["spec"]["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & POD["spec"].keys()
    assert [volume.keys() - {"name"} for volume in POD["spec"]["volumes"]] == [{"emptyDir"}, {"secret"}]


@pytest.mark.parametrize("path", ["Dockerfile", *(str(one.relative_to(ROOT)) for one in FILES)])
def test_every_variable_named_is_an_option_of_the_server(path):
    named = set(re.findall(r"\bOKTA_\w+", (ROOT / path).read_text(encoding="utf-8")))
    assert named <= DEFAULTS.keys()


def test_no_manifest_holds_a_secret():
    secrets = {option.env for option in OPTIONS if option.secret}
    assert not secrets & OBJECTS["ConfigMap"]["data"].keys()
    assert set(SECRET["stringData"].values()) | set(CALLERS["stringData"].values()) == {""}


def test_the_file_of_tokens_is_where_the_server_looks_and_can_be_renewed_there():
    file = Path(OBJECTS["ConfigMap"]["data"]["OKTA_MCP_AUTH_TOKENS_FILE"])
    (mounted,) = [one for one in CONTAINER["volumeMounts"] if one["mountPath"] == str(file.parent)]
    assert mounted["readOnly"] is True
    assert "subPath" not in mounted
    (volume,) = [one for one in POD["spec"]["volumes"] if one["name"] == mounted["name"]]
    assert volume["secret"]["secretName"] == CALLERS["metadata"]["name"]
    assert list(CALLERS["stringData"]) == [file.name]
    assert f"./callers:{file.parent}:ro" in COMPOSE["services"]["server"]["volumes"]
    example = (ROOT / "deploy/compose.env.example").read_text(encoding="utf-8")
    assert f"\nOKTA_MCP_AUTH_TOKENS_FILE={file}\n" in example


def test_calls_under_way_have_the_time_to_end_that_the_server_gives_them():
    config = OBJECTS["ConfigMap"]["data"]
    ending = float(config["OKTA_MCP_DRAIN_NOTICE"]) + float(config["OKTA_MCP_DRAIN_SECONDS"])
    assert POD["spec"]["terminationGracePeriodSeconds"] > ending
    server = COMPOSE["services"]["server"]
    assert int(server["stop_grace_period"].removesuffix("s")) > float(server["environment"]["OKTA_MCP_DRAIN_SECONDS"])


def test_what_the_server_keeps_has_a_place_it_may_write_to():
    (state,) = re.findall(r"(?m)^RUN install .* (/\S+)$", stages()[1])
    assert [one["mountPath"] for one in CONTAINER["volumeMounts"] if not one.get("readOnly")] == [state]
    assert [one for one in COMPOSE["services"]["server"]["volumes"] if not one.endswith(":ro")] == [f"state:{state}"]
    assert COMPOSE["services"]["server"]["environment"]["OKTA_MCP_AUDIT_FILE"].startswith(f"{state}/")
    assert f"XDG_STATE_HOME={Path(state).parent} " in stages()[1]


def test_the_configuration_of_the_example_is_one_that_loads(monkeypatch, tmp_path):
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    for name, value in (OBJECTS["ConfigMap"]["data"] | SECRET["stringData"]).items():
        monkeypatch.setenv(name, value or EXAMPLES[name].replace("…", "aB"))
    tokens = tmp_path / "tokens"
    tokens.write_text(EXAMPLES["OKTA_MCP_AUTH_TOKENS"])
    monkeypatch.setenv("OKTA_MCP_AUTH_TOKENS_FILE", str(tokens))
    settings = load_settings(env_file=None)
    assert (settings.read_only, settings.host) == (True, "0.0.0.0")


# Compose


@pytest.mark.parametrize("name", ["server", "redis"])
def test_every_service_is_closed_in_as_far_as_it_goes(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith("0")
    assert service["healthcheck"]["test"]
    assert {"mem_limit", "pids_limit", "restart"} <= service.keys()


def test_redis_reaches_nothing_and_the_server_is_published_on_this_machine_alone():
    assert COMPOSE["services"]["redis"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert "ports" not in COMPOSE["services"]["redis"]
    (published,) = COMPOSE["services"]["server"]["ports"]
    port = DEFAULTS["OKTA_MCP_PORT"]
    assert published == f"127.0.0.1:{port}:{port}"
    assert COMPOSE["services"]["server"]["environment"]["OKTA_MCP_PORT"] == port


def test_secrets_come_from_outside_and_the_example_has_a_line_for_each():
    text = (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")
    example = (ROOT / "deploy/compose.env.example").read_text(encoding="utf-8")
    named = dict(re.findall(r"(?m)^(?:# )?(\w+)=(.*)$", example))
    secrets = {option.env for option in OPTIONS if option.secret} - COMPOSE["services"]["server"]["environment"].keys()
    assert secrets | {"REDIS_PASSWORD"} <= named.keys()
    assert not any(named[name] for name in secrets | {"REDIS_PASSWORD"})
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) == {"REDIS_PASSWORD"}
    assert COMPOSE["services"]["server"]["env_file"] == [".env"]
    assert not secrets & set(re.findall(r"\w+", text))


# Prometheus


RULES = [rule for group in read("deploy/prometheus/rules.yaml")["groups"] for rule in group["rules"]]


def test_every_alert_is_about_something_that_the_server_tells():
    told = (ROOT / "okta_mcp/transports/metrics.py").read_text(encoding="utf-8")
    named = {name for rule in RULES for name in re.findall(r"\bokta_mcp_[a-z_]+", rule["expr"])}
    assert {name for name in named if f'"{name.removesuffix("_total")}"' not in told} == set()


def test_every_alert_stands_in_the_docs_and_is_tried():
    page = (ROOT / "docs/observing.md").read_text(encoding="utf-8")
    tried = (ROOT / "deploy/prometheus/rules.test.yaml").read_text(encoding="utf-8")
    alerts = [rule["alert"] for rule in RULES]
    assert re.findall(r"(?m)^\| `(OktaMcp\w+)` \| [^|]+ \| [^|]+ \|$", page) == alerts
    assert set(re.findall(r'alertname="(\w+)"', tried)) == set(alerts)


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool, which comes with Prometheus, is not on the PATH"
)
def test_prometheus_takes_the_rules_and_they_fire_when_they_should():
    done = subprocess.run(
        ["promtool", "test", "rules", "rules.test.yaml"],
        cwd=ROOT / "deploy/prometheus",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# The image


def stages():
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8")).replace("\\\n", " ")
    return re.split(r"(?m)^FROM ", text)[1:]


def test_base_images_are_named_by_digest_and_another_can_be_given():
    (base,) = re.findall(r"(?m)^ARG BASE=(\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    named = re.compile(r"\S+:\d+\.\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}")
    assert named.fullmatch(base)
    assert named.fullmatch(COMPOSE["services"]["redis"]["image"])
    assert [stage.split()[0] for stage in stages()] == ["${BASE}", "${BASE}"]
    # An argument from before the first stage is only known in another one that asks for it.
    assert re.search(r"(?s)\nARG BASE\n.*base\.name=\"\$\{BASE\}\"", stages()[1])


def test_the_labels_tell_the_version_that_is_built():
    assert f'org.opencontainers.image.version="{__version__}"' in stages()[1]


def test_the_image_runs_as_the_user_that_the_deployments_name():
    (user,) = re.findall(r"(?m)^USER (\S+)$", stages()[1])
    pod = POD["spec"]["securityContext"]
    assert user == COMPOSE["services"]["server"]["user"] == f"{pod['runAsUser']}:{pod['runAsGroup']}"


def test_the_build_sees_every_file_that_it_copies_and_no_more():
    kept = set(re.findall(r"(?m)^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8")))
    build, image = stages()
    copies = [line.split() for line in re.findall(r"(?m)^COPY (.*)$", build + image) if not line.startswith("--from")]
    copied = {word for *sources, _target in copies for word in sources}
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


def test_the_health_check_of_compose_is_the_one_of_the_image():
    assert COMPOSE["services"]["server"]["healthcheck"]["test"] == ["CMD", "python", "/opt/okta-mcp/healthcheck.py"]
    assert 'CMD ["python", "/opt/okta-mcp/healthcheck.py"]' in stages()[1]
    assert "COPY deploy/healthcheck.py /opt/okta-mcp/healthcheck.py" in stages()[1]


class Livez(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(self.server.status if self.path == "/livez" else 404)
        self.end_headers()

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def answering():
    with ThreadingHTTPServer(("127.0.0.1", 0), Livez) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def health(tmp_path, *command, port):
    line = tmp_path / "cmdline"
    line.write_bytes("\0".join([*command, ""]).encode())
    environment = {**os.environ, "OKTA_MCP_HOST": "0.0.0.0", "OKTA_MCP_PORT": str(port)}
    done = subprocess.run(
        [sys.executable, HEALTHCHECK, line], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


HTTP = ("okta-mcp", "serve", "--transport", "http")


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
@pytest.mark.parametrize("command", [HTTP, ("tini", "--", "okta-mcp", "serve", "--transport=http")])
def test_the_health_check_passes_on_what_the_server_says(tmp_path, answering, status, code, command):
    answering.status = status
    assert health(tmp_path, *command, port=answering.server_port) == (code, f"/livez answers {status}\n")


def test_the_health_check_fails_when_nobody_answers(tmp_path, answering):
    answering.shutdown()
    answering.server_close()
    code, told = health(tmp_path, *HTTP, port=answering.server_port)
    assert code == 1
    assert told.startswith(f"not alive: 127.0.0.1 port {answering.server_port}: ")


def test_a_server_on_stdio_has_no_door_to_knock_at(tmp_path, answering):
    answering.status = 503
    assert health(tmp_path, "okta-mcp", port=answering.server_port) == (0, "alive: stdio\n")
