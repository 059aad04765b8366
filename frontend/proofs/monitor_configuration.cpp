// The configuration that monitord would send to a new host, with a placeholder for its id.
#include "frontend/proofs/monitor_configuration.hpp"

#include <fmt/format.h>

namespace onefrontend {
namespace {

std::string escaped(std::string_view value)
{
    std::string text;
    for (const char letter : value) {
        if (letter == '&')
            text += "&amp;";
        else if (letter == '<')
            text += "&lt;";
        else if (letter == '>')
            text += "&gt;";
        else if (static_cast<unsigned char>(letter) < ' ')
            text += ' ';
        else
            text += letter;
    }
    return text;
}

std::string element(std::string_view name, std::string_view value)
{
    return fmt::format("<{0}>{1}</{0}>", name, escaped(value));
}

std::string vector_of(const std::vector<Attribute>& attributes, std::string_view name)
{
    const Attribute* found = find_attribute(attributes, name);
    if (!found) return {};
    std::string inside;
    for (const auto& [key, value] : found->pairs)
        if (key != "PRIKEY" && key != "PUBKEY") inside += element(key, value);  // paths here; probes encrypt nothing
    return fmt::format("<{0}>{1}</{0}>", name, inside);
}

}  // namespace

std::string monitor_configuration(const std::vector<Attribute>& monitord_conf, const ProbedHost& host)
{
    return "<MONITOR_CONFIGURATION>" + element("DATASTORE_LOCATION", host.datastore_location) +
           vector_of(monitord_conf, "NETWORK") + vector_of(monitord_conf, "PROBES_PERIOD") +
           element("HOST_ID", std::to_string(host.id)) + "</MONITOR_CONFIGURATION>";
}

}  // namespace onefrontend
