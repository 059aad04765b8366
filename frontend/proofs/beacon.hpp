// Messages that onemonitord takes for a monitoring client's, about a host that does not exist: it logs their arrival
// (`unknown host ID`) and does nothing else.
#pragma once

#include <cstdint>
#include <string>

namespace onefrontend {

struct Beacon {
    std::int64_t host_id = 0;  // random, eight digits; no cloud has ever counted that far
    std::string message{};
};

/// A beacon of exactly `size` bytes; a multiple of four, 100 to 60000. The padding is inside of the payload and does
/// not compress.
Beacon make_beacon(std::size_t size, std::int64_t epoch_seconds);

/// What onemonitord's log says of it.
std::string trace_in_log(std::int64_t host_id);

}  // namespace onefrontend
