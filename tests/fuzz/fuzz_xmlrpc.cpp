// Whatever arrives as XML-RPC is refused or read; what was read survives being written and read again.
#include "common/xmlrpc/value.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

template <class Message>
void survives(const one::Result<Message>& read, one::Result<Message> (*parse)(std::string_view))
{
    if (!read) return;
    const auto written = one::xmlrpc::to_xml(*read);
    if (!written) return;  // the parser lets pass what may not be written: control characters
    if (parse(*written) != *read) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view xml{reinterpret_cast<const char*>(data), size};
    survives(one::xmlrpc::parse_call(xml), one::xmlrpc::parse_call);
    survives(one::xmlrpc::parse_answer(xml), one::xmlrpc::parse_answer);
    return 0;
}
