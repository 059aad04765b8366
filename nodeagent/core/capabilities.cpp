// Reads libvirt's capabilities with an XML parser.
#include "nodeagent/core/capabilities.hpp"

#include <pugixml.hpp>

namespace onenode {

one::Result<Capabilities> parse_capabilities(std::string_view xml, std::string_view architecture)
{
    pugi::xml_document document;
    const auto parsed = document.load_buffer(xml.data(), xml.size());
    const auto root = document.child("capabilities");
    if (!parsed || !root)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = "libvirt's capabilities",
                          .reason = parsed ? "the element capabilities is missing" : parsed.description(),
                          .doing = "read"});
    Capabilities capabilities{.uuid = root.child("host").child_value("uuid")};
    for (const auto guest : root.children("guest")) {
        const auto arch = guest.child("arch");
        if (architecture != arch.attribute("name").value()) continue;
        for (const auto domain : arch.children("domain"))
            capabilities.domain_types.emplace_back(domain.attribute("type").value());
    }
    return capabilities;
}

}  // namespace onenode
