// The capacity of a host as oned reads it out of the probes' report.
#pragma once

#include "tests/oned-sim/objects/host.hpp"

namespace onedsim {

struct DiskFigures {
    std::int64_t maximum = 0;
    std::int64_t free = 0;
    std::int64_t used = 0;
};

void show_disk(HostShare& share, const DiskFigures& figures);
/// Takes TOTALCPU, TOTALMEMORY, disks, PCI devices and NUMA nodes; what belongs to the share leaves the template.
void take_capacity(HostShare& share, Attributes& attributes);
/// RESERVED_CPU and RESERVED_MEM: a number to subtract, or a percentage.
void reserve(HostShare& share, const Attributes& attributes);
void forget_capacity(HostShare& share);

std::string to_xml(const HostShare& share, const Attributes& datastores);

}  // namespace onedsim
