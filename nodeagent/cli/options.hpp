// What a command line asks for, as plain values. The initializers are the documented defaults.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

enum class Verb { join, status, doctor, history, leave, agent, prepare, version };

enum class Exit {  // the exit codes, documented in onenode(8)
    ok = 0,
    warnings = 1,  // done, and there is something to read
    failed = 2,
    cannot_run = 3,  // nothing was tried: not root, another onenode runs, no token
    usage = 64,
};

struct OutputOptions {
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool no_color = false;
    bool operator==(const OutputOptions&) const = default;
};

struct JoinOptions {
    std::string frontend{};     // NAME[:PORT]
    std::string token_file{};   // "-": standard input
    std::string name{};         // empty: the front-end proposes
    std::string address{};      // empty: the source address of our connection
    std::string type{};         // empty: kvm
    std::string cluster{};      // empty: OpenNebula's default
    std::string fingerprint{};  // of the front-end's CA: must equal the token's pin
    std::string ca_file{};      // its certificate, which says the same
    std::vector<std::string> ignore{};
    std::vector<std::string> accepted_risks{};
    std::chrono::seconds wait{240};  // for OpenNebula to show the host `on`
    bool install_packages = false;   // what is missing, by apt-get or dnf
    bool unattended = false;         // never asks
    bool dry_run = false;
    bool operator==(const JoinOptions&) const = default;
};

struct StatusOptions {
    bool watch = false;
    bool exit_code = false;  // 0 healthy, 1 degraded, 2 broken, 3 not joined
    bool operator==(const StatusOptions&) const = default;
};

struct HistoryOptions {
    int last = 0;  // so many deeds; 0: all
    bool operator==(const HistoryOptions&) const = default;
};

// Where node_exporter looks on Debian.
inline constexpr const char* usual_metrics_file = "/var/lib/prometheus/node-exporter/onenode.prom";

struct AgentOptions {
    std::string metrics_file = usual_metrics_file;  // empty: none
    bool operator==(const AgentOptions&) const = default;
};

struct LeaveOptions {
    std::vector<std::string> accepted_risks{};  // --offline is forget-frontend
    bool operator==(const LeaveOptions&) const = default;
};

struct PrepareOptions {
    bool yes = false;  // does not ask
    bool dry_run = false;
    bool operator==(const PrepareOptions&) const = default;
};

struct DoctorOptions {
    std::vector<std::string> ids{};  // only these checks; empty: all that make sense here
    std::vector<std::string> ignore{};
    std::vector<std::string> accepted_risks{};
    std::string type{};     // empty: as this machine was joined, else kvm
    std::string explain{};  // tell about this one and look at nothing
    bool list = false;      // tell which there are and look at nothing
    bool fix = false;
    bool yes = false;  // --fix does not ask
    bool operator==(const DoctorOptions&) const = default;
};

struct CommandLine {
    Verb verb = Verb::version;
    OutputOptions output{};
    std::string root{};  // all of the machine below this directory; empty: the machine itself
    std::string config_file{};
    bool print_config = false;
    JoinOptions join{};
    StatusOptions status{};
    HistoryOptions history{};
    AgentOptions agent{};
    LeaveOptions leave{};
    DoctorOptions doctor{};
    PrepareOptions prepare{};
    bool operator==(const CommandLine&) const = default;
};

}  // namespace onenode
