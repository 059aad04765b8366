// What oned or onemonitord's log may say: refused or read, never more; JSON is made storable without a change of
// meaning.
#include "frontend/oned/client.hpp"
#include "frontend/oned/failure.hpp"
#include "frontend/oned/objects.hpp"
#include "frontend/proofs/monitor_log.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace onefrontend;
    const std::string_view text{reinterpret_cast<const char*>(data), size};

    if (auto answer = one::xmlrpc::parse_answer(text)) (void)oned::value_of("one.host.info", *std::move(answer));
    (void)oned::hosts_from_xml(text);
    (void)oned::servers_from_xml(text);
    if (const auto documents = oned::documents_from_xml(text))
        if (!std::ranges::is_sorted(*documents, {}, &oned::Document::id)) std::abort();
    (void)oned::parse_endpoint(text);

    const std::string stored = oned::storable_json(text);
    if (!oned::template_xml({{"ONENODE", stored}}) || oned::storable_json(stored) != stored) std::abort();
    if (reason_for_host_in(text, 7).size() > 600) std::abort();
    return 0;
}
