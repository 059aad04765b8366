// What the helper found, as the JSON that gather_facts and the checks read.
#pragma once

#include <string>
#include <vector>

namespace onenode::probe {

struct LibvirtAnswer {
    std::string problem{};            // of the read-write connection; empty: it works
    std::string kind{};               // of that problem: denied, auth, refused, absent, no-driver, timeout, other
    std::string read_only_problem{};  // `virsh -r`, which OpenNebula's probes use, takes another socket
    std::string uuid{};
    std::vector<std::string> domain_types{};
    std::vector<std::string> domains{};
};

struct KvmAnswer {
    std::string problem{};
};

std::string to_json(const LibvirtAnswer& answer);
std::string to_json(const KvmAnswer& answer);

}  // namespace onenode::probe
