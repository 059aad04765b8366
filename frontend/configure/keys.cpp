// Every setting, a row each: this table is the file's grammar, its schema and its documentation.
#include "frontend/configure/keys.hpp"

#include <algorithm>
#include <array>

namespace onefrontend::configure {
namespace {

using S = Settings;

constexpr std::array<std::string_view, 4> versions{"6.10", "7.0", "7.2", "7.4"};
constexpr std::array<std::string_view, 3> log_systems{"std", "file", "syslog"};
constexpr std::array<std::string_view, 2> monitor_log_systems{"file", "syslog"};
constexpr std::array<std::string_view, 4> federation_modes{"STANDALONE", "MASTER", "SLAVE", "CACHE"};
constexpr std::array<std::string_view, 2> backends{"sqlite", "mysql"};

constexpr std::array keys{
    Key{"version", Word{&S::version, versions}, "",
        "OpenNebula's version: which files there are, and how some keys are called"},

    Key{"frontend.address", Text{&S::address}, "",
        "name or address by which nodes and people reach this front-end; has to be set"},
    Key{"frontend.extraAddresses", List{&S::extra_addresses}, "",
        "others by which they reach it; they go into its certificate"},
    Key{"frontend.insideNetworks", List{&S::inside_networks}, "",
        "networks in which no node is (pods, services of a cluster): nothing that nodes are told may lie there"},
    Key{"frontend.ipv6", Flag{&S::ipv6}, "",
        "whether this machine or pod has IPv6; onemonitord ends at once where it listens on `::` and there is none"},

    Key{"oned.hostname", Text{&S::hostname}, "`frontend.address`",
        "HOSTNAME: the name by which nodes and drivers reach the front-end's sshd"},
    Key{"oned.listenAddress", Text{&S::oned_listen}, "", "LISTEN_ADDRESS of the XML-RPC API"},
    Key{"oned.port", Number{&S::oned_port}, "", "PORT of the XML-RPC API"},
    Key{"oned.grpcListenAddress", Text{&S::grpc_listen}, "", "GRPC_LISTEN_ADDRESS (7.2 and later)"},
    Key{"oned.grpcPort", Number{&S::grpc_port}, "", "GRPC_PORT (7.2 and later)"},
    Key{"oned.log.system", Word{&S::oned_log, log_systems}, "", "where oned logs"},
    Key{"oned.log.level", Number{&S::oned_log_level, 0, 5}, "",
        "DEBUG_LEVEL of oned: 0 errors only, 3 everything that happens"},
    Key{"oned.eventsListenAddress", Text{&S::events_listen},
        "`127.0.0.1`, or `0.0.0.0` where `endpoints.events` is elsewhere",
        "where HM_MAD publishes events (2101, 2102); nobody authenticates there"},
    Key{"oned.federation.mode", Word{&S::federation_mode, federation_modes}, "", "FEDERATION/MODE"},
    Key{"oned.federation.zone", Number{&S::federation_zone, 0, 1'000'000}, "", "FEDERATION/ZONE_ID"},
    Key{"oned.federation.master", Text{&S::federation_master}, "",
        "FEDERATION/MASTER_ONED: the master's XML-RPC, for SLAVE and CACHE"},

    Key{"monitoring.address", Text{&S::monitor_address}, "`frontend.address`",
        "MONITOR_ADDRESS: where nodes send what they measure; `auto` is where their SSH login came from"},
    Key{"monitoring.port", Number{&S::monitor_port}, "",
        "the port of that, UDP and TCP, here and at the address that nodes use"},
    Key{"monitoring.listenAddress", Text{&S::monitor_listen}, "`::`, or `0.0.0.0` without IPv6",
        "where onemonitord listens"},
    Key{"monitoring.threads", Number{&S::monitor_threads, 1, 1024}, "", "its listening threads, for each protocol"},
    Key{"monitoring.connections", Number{&S::monitor_connections, 1, 10'000}, "", "its connections to the database"},
    Key{"monitoring.log.system", Word{&S::monitor_log, monitor_log_systems}, "",
        "where onemonitord logs; it has no standard error, so `std` is not possible"},
    Key{"monitoring.log.level", Number{&S::monitor_log_level, 0, 5}, "", "how much; the proofs of a join need 3"},
    Key{"monitoring.publicKey", Text{&S::monitor_public_key}, "",
        "PUBKEY: path of a PEM file; with both keys the messages are encrypted"},
    Key{"monitoring.privateKey", Text{&S::monitor_private_key}, "", "PRIKEY: path of its private key"},

    Key{"database.backend", Word{&S::database_backend, backends}, "", "`mysql` is MariaDB too"},
    Key{"database.connection.host", Text{&S::database_host}, "", "its server"},
    Key{"database.connection.port", Number{&S::database_port}, "", "its port"},
    Key{"database.connection.name", Text{&S::database_name}, "", "the database there"},
    Key{"database.credentials.username", Text{&S::database_user}, "", "who logs in there"},
    Key{"database.credentials.passwordFile", Text{&S::database_password_file}, "",
        "path of a file whose first line is the password; `mysql` needs it"},
    Key{"database.pool", Number{&S::database_pool, 1, 10'000}, "", "oned's connections"},
    Key{"database.charset", Text{&S::database_charset}, "the database's own", "ENCODING of the connection"},

    Key{"endpoints.oned", Text{&S::oned_endpoint}, "`http://localhost:2633/RPC2`, with `oned.port`",
        "where the other services reach oned"},
    Key{"endpoints.oneflow", Text{&S::oneflow_endpoint}, "`http://localhost:2474`, with `oneflow.port`",
        "where FireEdge and OneGate reach OneFlow"},
    Key{"endpoints.oneform", Text{&S::oneform_endpoint}, "`http://localhost:13013/api/v1`, with `oneform.port`",
        "where FireEdge reaches OneForm"},
    Key{"endpoints.events", Text{&S::events_endpoint}, "`tcp://localhost:2101`",
        "where FireEdge, OneFlow and OneKS hear oned's events"},
    Key{"endpoints.guacd", Text{&S::guacd_endpoint}, "`localhost:4822`, with `guacd.port`",
        "where FireEdge reaches guacd"},

    Key{"fireedge.listenAddress", Text{&S::fireedge_listen}, "", "where FireEdge listens"},
    Key{"fireedge.port", Number{&S::fireedge_port}, "", "and at which port"},
    Key{"oneflow.listenAddress", Text{&S::oneflow_listen}, "", "where OneFlow listens"},
    Key{"oneflow.port", Number{&S::oneflow_port}, "", "and at which port"},
    Key{"onegate.listenAddress", Text{&S::onegate_listen}, "",
        "where OneGate listens; guests come through the proxies of their nodes"},
    Key{"onegate.port", Number{&S::onegate_port}, "", "and at which port"},
    Key{"onegate.endpoint", Text{&S::onegate_endpoint}, "",
        "ONEGATE_ENDPOINT: what guests are told; empty: no guest gets a token"},
    Key{"onegate.proxy.enabled", Flag{&S::onegate_proxy}, "",
        "whether nodes pass guests on to OneGate (transparent proxy)"},
    Key{"onegate.proxy.address", Text{&S::onegate_proxy_address}, "`frontend.address`",
        "where nodes reach OneGate; before 7.4 an IPv4 address, no name"},
    Key{"onegate.proxy.port", Number{&S::onegate_proxy_port}, "", "and at which port (a node port, perhaps)"},
    Key{"oneform.listenAddress", Text{&S::oneform_listen}, "", "where OneForm listens (7.2 and later)"},
    Key{"oneform.port", Number{&S::oneform_port}, "", "and at which port"},
    Key{"oneks.enabled", Flag{&S::oneks}, "", "whether guests of OneKS reach oned through the transparent proxy (7.4)"},
    Key{"oneks.listenAddress", Text{&S::oneks_listen}, "", "where OneKS listens (7.4)"},
    Key{"oneks.port", Number{&S::oneks_port}, "", "and at which port"},
    Key{"guacd.listenAddress", Text{&S::guacd_listen}, "", "where guacd listens; nobody authenticates there"},
    Key{"guacd.port", Number{&S::guacd_port}, "", "and at which port"},
    Key{"network.tproxy", Proxies{&S::proxies}, "",
        "more services that guests reach at 169.254.16.9: `servicePort`, `remoteAddress`, `remotePort`, and `networks` "
        "(names or ids; all, where it is left out)"},

    Key{"credentials.oneadmin.passwordFile", Text{&S::oneadmin_password_file}, "a random one, in `one_auth`",
        "path of a file whose first line is oneadmin's password; the database follows it at the next start"},
    Key{"credentials.serveradmin.passwordFile", Text{&S::serveradmin_password_file}, "a random one",
        "of serveradmin's, with which FireEdge, OneFlow, OneGate, OneForm and OneKS log in; whoever has it is "
        "everybody"},
    Key{"credentials.oneKey.keyFile", Text{&S::one_key_file}, "a random one",
        "of `one_key`, which encrypts attributes in the database; for a volume that has none"},

    Key{"sshd.port", Number{&S::sshd_port}, "", "where the front-end's sshd listens"},
    Key{"sshd.nodesPort", Number{&S::sshd_port_of_nodes}, "",
        "at which port nodes reach it (a node port, perhaps): their ssh is told of another than 22"},
    Key{"sshd.hostKeyDirectory", Text{&S::sshd_host_keys}, "", "where its host keys are: on a volume that stays"},
    Key{"enrollment.listenAddress", Text{&S::enrollment_listen}, "`::`, or `0.0.0.0` without IPv6",
        "where `onefrontend serve` listens"},
    Key{"enrollment.port", Number{&S::enrollment_port}, "", "and at which port"},

    Key{"config.oned", Free{&S::oned}, "", "any other key of oned.conf"},
    Key{"config.monitord", Free{&S::monitord}, "", "of monitord.conf"},
    Key{"config.network", Free{&S::network}, "", "of OpenNebulaNetwork.conf"},
    Key{"config.fireedge", Free{&S::fireedge}, "", "of fireedge-server.conf"},
    Key{"config.sunstone", Free{&S::sunstone}, "", "of fireedge/sunstone/sunstone-server.conf"},
    Key{"config.oneflow", Free{&S::oneflow}, "", "of oneflow-server.conf"},
    Key{"config.onegate", Free{&S::onegate}, "", "of onegate-server.conf"},
    Key{"config.oneform", Free{&S::oneform}, "", "of oneform-server.conf"},
    Key{"config.oneks", Free{&S::oneks_keys}, "", "of oneks-server.conf"},
    Key{"config.hem", Free{&S::hem}, "", "of onehem-server.conf"},
    Key{"config.onefrontend", Free{&S::onefrontend}, "", "of onefrontend.yaml (docs/configuration.md)"},
};

}  // namespace

std::span<const Key> settings_keys()
{
    return keys;
}

std::string_view take_step(std::string_view& path)
{
    const auto dot = std::min(path.find('.'), path.size());
    const auto step = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    return step;
}

}  // namespace onefrontend::configure
