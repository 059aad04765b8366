// A message that is read is written and read again.
#include "common/wire/messages.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    namespace wire = one::wire;
    if (const auto message = wire::from_json<wire::EnrollRequest>(text))
        one::fuzz::must(wire::from_json<wire::EnrollRequest>(wire::to_json(*message)).has_value());
    if (const auto message = wire::from_json<wire::EnrollAnswer>(text))
        one::fuzz::must(wire::from_json<wire::EnrollAnswer>(wire::to_json(*message)).has_value());
    if (const auto message = wire::from_json<wire::Neighbours>(text))
        one::fuzz::must(wire::from_json<wire::Neighbours>(wire::to_json(*message)).has_value());
    if (const auto message = wire::from_json<wire::MonitoringSent>(text))
        one::fuzz::must(wire::from_json<wire::MonitoringSent>(wire::to_json(*message)).has_value());
    return 0;
}
