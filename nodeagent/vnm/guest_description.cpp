// DATASTORE_LOCATION/<number of a datastore>/<number of a guest>/vm.xml; oneadmin may write there, so whatever it holds is
// bounded by the host's read and may be no XML.
#include "nodeagent/vnm/guest_description.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <iterator>

namespace onenode::vnm {
namespace {

std::vector<std::string> numbered(const HostView& host, const std::string& directory)
{
    auto names = host.list(directory).value_or(std::vector<std::string>{});
    std::erase_if(names, [](const std::string& name) { return !one::to_number<unsigned>(name); });
    return names;
}

std::string value_of(pugi::xml_node nic, const char* name)
{
    return std::string{one::trim(nic.child_value(name))};
}

std::optional<DescribedNics> nics_in(const HostView& host, const std::string& path)
{
    const auto text = host.read(path);
    pugi::xml_document document;
    if (!text || !document.load_string(text->c_str())) return std::nullopt;
    DescribedNics nics;
    for (const auto nic : document.child("VM").child("TEMPLATE").children("NIC"))
        nics.push_back({.id = value_of(nic, "NIC_ID"),
                        .driver = value_of(nic, "VN_MAD"),
                        .network = value_of(nic, "NETWORK"),
                        .network_id = value_of(nic, "NETWORK_ID"),
                        .bridge = value_of(nic, "BRIDGE"),
                        .physical_device = value_of(nic, "PHYDEV")});
    return nics;
}

}  // namespace

std::optional<DescribedNics> described_nics(const HostView& host, const std::string& datastores,
                                            const std::string& guest)
{
    for (const auto& datastore : numbered(host, datastores))
        if (auto nics = nics_in(host, fmt::format("{}/{}/{}/vm.xml", datastores, datastore, guest))) return nics;
    return std::nullopt;
}

DescribedNics all_described_nics(const HostView& host, const std::string& datastores)
{
    DescribedNics all;
    for (const auto& datastore : numbered(host, datastores))
        for (const auto& guest : numbered(host, fmt::format("{}/{}", datastores, datastore)))
            if (auto nics = nics_in(host, fmt::format("{}/{}/{}/vm.xml", datastores, datastore, guest)))
                std::ranges::move(*nics, std::back_inserter(all));
    return all;
}

}  // namespace onenode::vnm
