// The vm.xml that OpenNebula leaves beside each guest's disks: what it says of the guest's NICs.
#pragma once

#include "nodeagent/host/host.hpp"

#include <optional>
#include <string>
#include <vector>

namespace onenode::vnm {

struct DescribedNic {
    std::string id{};               // NIC_ID: "0"
    std::string driver{};           // VN_MAD
    std::string network{};          // its name
    std::string network_id{};       // and number
    std::string bridge{};           // BRIDGE
    std::string physical_device{};  // PHYDEV: where the driver makes the bridge, what it puts in
    bool operator==(const DescribedNic&) const = default;
};
using DescribedNics = std::vector<DescribedNic>;

/// Nothing where the guest's description is not below `datastores`, or is none.
std::optional<DescribedNics> described_nics(const HostView& host, const std::string& datastores,
                                            const std::string& guest);
/// Those of every guest below `datastores`.
DescribedNics all_described_nics(const HostView& host, const std::string& datastores);

}  // namespace onenode::vnm
