"""What cannot work is refused, with the value, the reason and what to set; every sentence of _refusals.tpl is met here."""

import re

import pytest
import yaml

from rendering import CHART, helm as run_helm, template

ON_MACHINE = """
frontend: {address: 192.0.2.10, acceptRisks: [host-network]}
service: {hypervisors: {type: hostNetwork}, ssh: {port: 2022}}
networkPolicy: {machines: [192.0.2.0/24]}
"""
INGRESS = """
extraObjects:
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: join}
    spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: one-opennebula-hypervisors, port: {name: enrollment}}}}]}}]}
"""

EXPECTED = {
    "no address": ("frontend: {address: ''}", "frontend.address is not set"),
    "an address with a scheme": ("frontend: {address: 'https://one.example.com'}", "frontend.address is https://one.example.com: a name or an address was expected"),
    "an address with a port": ("frontend: {address: 'one.example.com:4125'}", "frontend.address is one.example.com:4125: ports and brackets do not belong there"),
    "an address with brackets": ("frontend: {address: '[2001:db8::1]'}", "ports and brackets do not belong there"),
    "the loopback": ("frontend: {address: 127.0.0.1}", "frontend.address is 127.0.0.1, which is each hypervisor itself"),
    "a name of the cluster": ("frontend: {address: one.cloud.svc.cluster.local}", "a name that only pods know"),
    "no image": ("image: {repository: ''}", "image.repository is not set"),
    "latest": ("image: {tag: latest}", "image.tag is latest"),
    "latest of the database": ("database: {image: {tag: latest}}", "database.image.tag is latest"),
    "a long name": ("fullnameOverride: opennebula-of-the-department-of-clouds-x", None),  # 40 letters: taken
    "a longer name": ("nameOverride: opennebula-of-the-whole-department-of-clouds", "has more than 40 letters"),
    "a name in capitals": ("fullnameOverride: Cloud", "the name Cloud is none that Kubernetes takes"),
    "a password in config": ("config: {oned: {DB: {PASSWD: x}}}", "config.oned has a key that looks like a password"),
    "a secret in config": ("config: {fireedge: {':session_secret': x}}", "config.fireedge has a key that looks like a password"),
    "a value with such a word": ("config: {oned: {VM_RESTRICTED_ATTR: [CONTEXT/PASSWORD]}}", None),
    "two oned": ("oned: {replicas: 2}", "oned.replicas is 2: two oned on one database destroy it. Set 1"),
    "no oned": ("oned: {replicas: 0}", None),
    "two FireEdge": ("fireedge: {replicas: 2}", "fireedge.replicas is 2: that several share consoles was not shown"),
    "two OneFlow": ("oneflow: {replicas: 2}", "oneflow.replicas is 2: each would scale"),
    "two OneForm": ("oneform: {enabled: true, replicas: 2}", "oneform.replicas is 2: each would work on the same provisions"),
    "two OneKS": ("oneks: {enabled: true, replicas: 2}", "oneks.replicas is 2: each would work on the same clusters"),
    "the machine's network": (ON_MACHINE, None),
    "the machine's network unseen": (ON_MACHINE.replace("host-network", ""), "Pod Security has to be `privileged` in namespace cloud"),
    "its events": (ON_MACHINE.replace("host-network", ""), "its events (2101, which ask for no password) listen at the machine's address"),
    "sshd beside the machine's": (ON_MACHINE.replace("ssh: {port: 2022}", ""), "service.ssh.port is 22, which is the machine's own sshd's in its network: set another one, which hypervisors are told: --set service.ssh.port=2022"),
    "sshd beside the machine's, though nobody comes": (ON_MACHINE.replace("port: 2022", "enabled: false"), "service.ssh.port is 22"),
    "a low port of the machine": (ON_MACHINE.replace("port: 2022", "port: 222"), "service.ssh.port is 222, and in the machine's network oned's pod may not listen below 1024"),
    "a low port for monitoring": (ON_MACHINE.replace("ssh:", "monitoring: {port: 443}, ssh:"), "service.monitoring.port is 443, and in the machine's network"),
    "sshd at oned's port": (ON_MACHINE.replace("port: 2022", "port: 2633"), "service.ssh has port 2633, at which oned's pod has oned's API"),
    "OneGate at another port of the machine": (ON_MACHINE.replace("ssh:", "onegate: {port: 5031}, ssh:"), "service.onegate.port is 5031, but in the machine's network nothing stands before OneGate"),
    "no OneGate at another port": (ON_MACHINE.replace("ssh:", "onegate: {port: 5031}, ssh:") + "\nonegate: {enabled: false}", None),
    "two OneGate on a machine": (ON_MACHINE + "\nonegate: {replicas: 2}", "onegate.replicas is 2, but in the network of oned's machine only one can have port 5030"),
    "source ranges of a machine": (ON_MACHINE.replace("type: hostNetwork", "type: hostNetwork, sourceRanges: [192.0.2.0/24]"), "in the machine's network its firewall decides"),
    "policies that do not know the machines": (ON_MACHINE.replace("machines: [192.0.2.0/24]", ""), "networkPolicy.machines is not set, but with hostNetwork oned comes from the machine's address"),
    "no policies that would know them": (ON_MACHINE.replace("machines: [192.0.2.0/24]", "enabled: false"), None),
    "a rule that does not hold": (ON_MACHINE.replace("machines:", "extra: {oned: {ingress: [{}]}}, machines:"), "networkPolicy.extra.oned is set, but with hostNetwork no NetworkPolicy holds for that pod"),
    "a node port of a machine": (ON_MACHINE.replace("port: 2022", "port: 2022, nodePort: 30022"), "service.ssh.nodePort is set, but with service.hypervisors.type=hostNetwork there are no node ports"),
    "two Services of a machine": (ON_MACHINE.replace("type: hostNetwork", "type: hostNetwork, mixedProtocol: split"), "which only helps load balancers: with hostNetwork set single"),
    "a node port inside": ("service: {hypervisors: {type: ClusterIP}, onegate: {nodePort: 30530}}", "service.onegate.nodePort is set, but with service.hypervisors.type=ClusterIP there are no node ports"),
    "monitoring at oned's port": ("service: {monitoring: {port: 2633}}", "service.monitoring has port 2633, at which oned's pod has oned's API: set another one"),
    "enrollment at the port of metrics": ("metrics: {port: 5125}\nservice: {enrollment: {port: 5125}}", "at which oned's pod has enrollment's metrics"),
    "node ports that are not told": ("service: {hypervisors: {type: NodePort}}", "service.monitoring.nodePort is not set, and with NodePorts hypervisors have to be told which it is: --set service.monitoring.nodePort=30124"),
    "enrollment's node port": ("service: {hypervisors: {type: NodePort}}", "--set service.enrollment.nodePort=30125"),
    "OneGate's node port": ("service: {hypervisors: {type: NodePort}}", "--set service.onegate.nodePort=30530"),
    "ssh on a node port": ("service: {hypervisors: {type: NodePort}, monitoring: {nodePort: 30124}, enrollment: {nodePort: 30125}, onegate: {nodePort: 30530}, ssh: {nodePort: 30022}}", None),
    "ssh on no node port": ("service: {hypervisors: {type: NodePort}}", "service.ssh.nodePort is not set, and with NodePorts hypervisors have to be told which it is: --set service.ssh.nodePort=30022"),
    "ssh at enrollment's port": ("service: {ssh: {port: 4125}}", "both have port 4125 at the same address"),
    "node ports without ssh": ("service: {hypervisors: {type: NodePort}, monitoring: {nodePort: 30124}, enrollment: {nodePort: 30125}, onegate: {nodePort: 30530}, ssh: {enabled: false}}", None),
    "source ranges of node ports": ("service: {hypervisors: {type: NodePort, sourceRanges: [192.0.2.0/24]}}", "service.hypervisors.sourceRanges is for load balancers"),
    "split node ports": ("service: {hypervisors: {type: NodePort, mixedProtocol: split}}", "which only helps load balancers: with NodePort set single"),
    "split and two addresses": ("service: {hypervisors: {mixedProtocol: split}}", "nothing says that both Services get one address"),
    "split with one annotation": ("service: {hypervisors: {mixedProtocol: split, annotationsTCP: {a: b}}}", "nothing says that both Services get one address"),
    "split with an address": ("service: {hypervisors: {mixedProtocol: split, loadBalancerIP: 192.0.2.20}}", None),
    "one port for two": ("service: {monitoring: {port: 4125}}", "both have port 4125 at the same address"),
    "monitoring at port 22": ("service: {monitoring: {port: 22}}", "both have port 22 at the same address"),
    "a name for guests of 7.2": ("frontend: {version: '7.2'}", "OpenNebula 7.2 passes guests on to IPv4 addresses only, and OneGate's is one.example.com"),
    "the API outside": ("service: {rpc: {type: LoadBalancer}}", "Set frontend.acceptRisks={rpc-without-tls}"),
    "Sunstone outside": ("service: {ui: {type: NodePort}}", "service.ui.type is NodePort: Sunstone has no TLS of its own"),
    "Sunstone outside without Sunstone": ("service: {ui: {type: NodePort}}\nfireedge: {enabled: false}", "service.ui.type is NodePort, but fireedge.enabled is false"),
    "source ranges of Sunstone's node port": ("service: {ui: {type: NodePort, sourceRanges: [192.0.2.0/24]}}", "service.ui.sourceRanges is for load balancers; a NodePort does not look at it: set networkPolicy.people"),
    "an Ingress without Sunstone": ("ingress: {enabled: true}\nfireedge: {enabled: false}", "ingress.enabled is true, but fireedge.enabled is false"),
    "an Ingress without TLS": ("ingress: {enabled: true, tls: {enabled: false}}", "ingress.tls.enabled is false: passwords would be readable on the way"),
    "an Ingress without a name": ("ingress: {enabled: true}\nfrontend: {address: 192.0.2.10}", "ingress.hosts is empty and frontend.address is no name"),
    "two issuers": ("ingress: {enabled: true, tls: {issuer: a, clusterIssuer: b}}", "are both set: set one of them"),
    "an external database nowhere": ("database: {type: external, credentials: {existingSecret: db}}", "database.connection.host is not set"),
    "an external database without password": ("database: {type: external, connection: {host: db.example.com}}", "a Secret whose key password is the password of oneadmin"),
    "a host for the bundled one": ("database: {connection: {host: db.example.com}}", "database.connection.host is set, but database.type is bundled"),
    "nobody makes Secrets": ("credentials: {generate: false}", "credentials.generate is false, but database.credentials.existingSecret is not set: a Secret with password and root-password"),
    "nobody makes oneadmin's": ("credentials: {generate: false}", "credentials.oneadmin.existingSecret is not set: a Secret with password"),
    "a backup of a volume for one pod": ("backup: {enabled: true}\npersistence: {data: {accessModes: [ReadWriteOncePod]}}", "persistence.data.accessModes is ReadWriteOncePod, and a backup is a pod beside oned's"),
    "a backup beside a volume that is not used": ("backup: {enabled: true}\npersistence: {datastores: {accessModes: [ReadWriteOncePod]}}", None),
    "a backup to no certificate": ("backup: {encryptTo: backup.crt}", "backup.encryptTo is no certificate (PEM): --set-file backup.encryptTo=backup.crt"),
    "a backup to a private key": ("backup: {encryptTo: '-----BEGIN CERTIFICATE----- -----BEGIN PRIVATE KEY-----'}", "backup.encryptTo has a private key"),
    "a restore without its key": ("frontend: {mode: restore}\nrestore: {file: one.tar.gz.enc}", "restore.file is one.tar.gz.enc, which is encrypted"),
    "a replacement without a restore": ("restore: {replace: true}", "restore.replace is true, but frontend.mode is standalone"),
    "OneForm before its time": ("oneform: {enabled: true}\nfrontend: {version: '7.0'}\nservice: {onegate: {address: 192.0.2.1}}", "OpenNebula 7.0 has no OneForm"),
    "metrics that nobody tells": ("metrics: {serviceMonitor: {enabled: true}}\nnetworkPolicy: {metrics: [{podSelector: {}}]}", "metrics.serviceMonitor.enabled is true, but metrics.enabled is false"),
    "metrics that nobody reaches": ("metrics: {enabled: true}", "metrics.enabled is true, but networkPolicy.metrics is empty, so nobody gets there"),
    "metrics without policies": ("metrics: {enabled: true}\nnetworkPolicy: {enabled: false}", None),
    "metrics of a machine": (ON_MACHINE + "\nmetrics: {enabled: true}", None),
    "metrics at two places": ("metrics: {enabled: true}\nconfig: {onefrontend: {metrics_port: 4127}}\nnetworkPolicy: {metrics: [{podSelector: {}}]}", "config.onefrontend.metrics_port and metrics.enabled are both set"),
    "a load balancer that ends TLS": ("service: {hypervisors: {annotations: {service.beta.kubernetes.io/aws-load-balancer-ssl-cert: arn}}}", "annotation service.beta.kubernetes.io/aws-load-balancer-ssl-cert, by which a load balancer ends TLS"),
    "one for TCP that does": ("service: {hypervisors: {loadBalancerIP: 192.0.2.20, mixedProtocol: split, annotationsTCP: {service.beta.kubernetes.io/do-loadbalancer-certificate-id: x}}}", "do-loadbalancer-certificate-id, by which a load balancer ends TLS"),
    "a load balancer that keeps its hands off": ("service: {hypervisors: {annotations: {service.beta.kubernetes.io/aws-load-balancer-type: nlb}}}", None),
    "enrollment behind an Ingress": (INGRESS, "extraObjects has the Ingress join, which leads to one-opennebula-hypervisors: an Ingress ends TLS"),
    "enrollment behind an Ingress in a text": ("extraObjects: ['{kind: Ingress, metadata: {name: join}, spec: {rules: [{http: {paths: [{backend: {service: {name: {{ .Release.Name }}-opennebula-hypervisors}}}]}}]}}']",
                                               "extraObjects has the Ingress join"),
    "enrollment behind an Ingress that passes it through": (INGRESS.replace("name: join", "name: join, annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: 'true'}"), None),
    "an Ingress of somebody's own": (INGRESS.replace("-hypervisors", "-oneflow"), None),
    "OneKS before its time": ("oneks: {enabled: true}\nfrontend: {version: '7.2'}\nservice: {onegate: {address: 192.0.2.1}}", "OpenNebula 7.2 has no OneKS"),
}


@pytest.fixture(scope="module")
def answers(helm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("refused")
    said = {}
    for number, (case, (values, _)) in enumerate(EXPECTED.items()):
        file = folder / f"{number}.yaml"
        file.write_text(yaml.safe_dump(yaml.safe_load(values)))
        done = template("--values", str(file))
        said[case] = None if done.returncode == 0 else done.stderr
    return said


@pytest.mark.parametrize("case", EXPECTED)
def test_refusal(case, answers):
    message = EXPECTED[case][1]
    if message is None:
        assert answers[case] is None
    else:
        assert answers[case] and message in answers[case]


def test_all_that_is_wrong_is_said_at_once(helm):
    refused = run_helm("template", str(CHART))
    assert "frontend.address is not set" in refused.stderr and "image.repository is not set" in refused.stderr


def sentences() -> list[str]:
    """Each line of the templates that says what is wrong, as a pattern for what it says."""
    lines = [line[2:] for line in (CHART / "templates" / "_refusals.tpl").read_text().splitlines() if line.startswith("- ")]
    return [".*".join(re.escape(part) for part in re.split(r"{{.*?}}", line)) for line in lines]


@pytest.mark.parametrize("sentence", sentences())
def test_every_sentence_is_met(sentence, answers):
    assert any(said and re.search(sentence, said) for said in answers.values())
