// Hosts, documents, clusters and servers from oned's XML.
#include "frontend/oned/objects.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>

namespace onefrontend::oned {
namespace {

one::Failure refuse(std::string_view root, std::string reason)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "oned's <" + std::string{root} + ">",
                      .reason = std::move(reason),
                      .next = "look into oned.log on the front-end",
                      .doing = "read"});
}

std::string text_of(const pugi::xml_node& node)
{
    std::string text;
    for (const auto& child : node.children())
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
    return text;
}

template <class Number>
Number number_of(const pugi::xml_node& node, Number otherwise)
{
    return one::to_number<Number>(text_of(node)).value_or(otherwise);
}

/// Hands the root element to `read` when it is the one expected.
template <class Object>
Result<Object> read_root(std::string_view xml, const char* root, Result<Object> (*read)(const pugi::xml_node&))
{
    pugi::xml_document document;
    const auto loaded = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!loaded) return refuse(root, std::string{loaded.description()} + " at byte " + std::to_string(loaded.offset));
    const auto element = document.child(root);
    if (!element) return refuse(root, "it holds <" + std::string{document.document_element().name()} + "> instead");
    return read(element);
}

template <class Object>
Result<std::vector<Object>> read_each(const pugi::xml_node& pool, const char* name,
                                      Result<Object> (*read)(const pugi::xml_node&))
{
    std::vector<Object> objects;
    for (const auto& node : pool.children(name)) {
        TRY_LET(auto object, read(node));
        objects.push_back(std::move(object));
    }
    return objects;
}

Result<int> id_of(const pugi::xml_node& node)
{
    const int id = number_of(node.child("ID"), -1);
    if (id < 0) return refuse(node.name(), "its ID is missing or not a number");
    return id;
}

HostState state_of(int number)
{
    switch (number) {
    case 0: return HostState::init;
    case 2: return HostState::monitored;
    case 3: return HostState::error;
    case 4: return HostState::disabled;
    case 8: return HostState::offline;
    default: return HostState::other;
    }
}

OwnAttributes own_attributes_in(const pugi::xml_node& attributes)
{
    OwnAttributes own;
    for (const auto& attribute : attributes.children())
        if (std::string_view{attribute.name()}.starts_with("ONENODE_")) own[attribute.name()] = text_of(attribute);
    return own;
}

Result<Host> read_host(const pugi::xml_node& node)
{
    TRY_LET(const int id, id_of(node));
    const auto attributes = node.child("TEMPLATE");
    Host host{.id = id,
              .name = text_of(node.child("NAME")),
              .state = state_of(number_of(node.child("STATE"), -1)),
              .im_mad = text_of(node.child("IM_MAD")),
              .vm_mad = text_of(node.child("VM_MAD")),
              .cluster_id = number_of(node.child("CLUSTER_ID"), -1),
              .cluster = text_of(node.child("CLUSTER")),
              .running_vms = number_of(node.child("HOST_SHARE").child("RUNNING_VMS"), 0),
              .onenode = text_of(attributes.child("ONENODE")),
              .error = text_of(attributes.child("ERROR")),
              .monitored_at = number_of(node.child("MONITORING").child("TIMESTAMP"), std::int64_t{0}),
              .own_attributes = own_attributes_in(attributes)};
    for (const auto& vm : node.child("VMS").children("ID"))
        if (const int number = number_of(vm, -1); number >= 0) host.vms.push_back(number);
    return host;
}

Result<Document> read_document(const pugi::xml_node& node)
{
    TRY_LET(const int id, id_of(node));
    return Document{.id = id,
                    .type = number_of(node.child("TYPE"), 0),
                    .name = text_of(node.child("NAME")),
                    .owner = number_of(node.child("UID"), -1),
                    .owner_name = text_of(node.child("UNAME")),
                    .body = text_of(node.child("TEMPLATE").child("ONENODE"))};
}

Result<Cluster> read_cluster(const pugi::xml_node& node)
{
    TRY_LET(const int id, id_of(node));
    return Cluster{
        .id = id, .name = text_of(node.child("NAME")), .own_attributes = own_attributes_in(node.child("TEMPLATE"))};
}

Result<Server> read_server(const pugi::xml_node& node)
{
    TRY_LET(const int id, id_of(node));
    return Server{.id = id, .name = text_of(node.child("NAME")), .endpoint = text_of(node.child("ENDPOINT"))};
}

Result<RaftState> read_raft(const pugi::xml_node& node)
{
    const int state = number_of(node.child("STATE"), -1);
    if (state < 0 || state > 3) return refuse("RAFT", "its STATE is none that we know");
    return static_cast<RaftState>(state);
}

Result<std::string> read_user(const pugi::xml_node& node)
{
    std::string name = text_of(node.child("NAME"));
    if (name.empty()) return refuse("USER", "its NAME is missing");
    return name;
}

std::string escaped(std::string_view text)
{
    std::string xml;
    for (const char c : text) {
        if (c == '&')
            xml += "&amp;";
        else if (c == '<')
            xml += "&lt;";
        else if (c == '>')
            xml += "&gt;";
        else
            xml += c;
    }
    return xml;
}

/// The code point of a four-byte UTF-8 sequence at the front, which oned's XML library refuses; 0 where there is none.
unsigned beyond_basic_plane(std::string_view text)
{
    const auto byte = [&](std::size_t at) -> unsigned { return static_cast<unsigned char>(text[at]); };
    if (text.size() < 4 || (byte(0) & 0xF8U) != 0xF0U) return 0;
    for (std::size_t at = 1; at < 4; ++at)
        if ((byte(at) & 0xC0U) != 0x80U) return 0;
    const unsigned code =
        (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
    return code >= 0x10000U && code <= 0x10FFFFU ? code : 0;
}

}  // namespace

Result<Host> host_from_xml(std::string_view xml)
{
    return read_root<Host>(xml, "HOST", read_host);
}

Result<std::vector<Host>> hosts_from_xml(std::string_view xml)
{
    return read_root<std::vector<Host>>(xml, "HOST_POOL",
                                        [](const auto& pool) { return read_each<Host>(pool, "HOST", read_host); });
}

Result<Document> document_from_xml(std::string_view xml)
{
    return read_root<Document>(xml, "DOCUMENT", read_document);
}

Result<std::vector<Document>> documents_from_xml(std::string_view xml)
{
    TRY_LET(auto documents, read_root<std::vector<Document>>(xml, "DOCUMENT_POOL", [](const auto& pool) {
                return read_each<Document>(pool, "DOCUMENT", read_document);
            }));
    std::ranges::reverse(documents);  // as oned lists them
    if (!std::ranges::is_sorted(documents, {}, &Document::id)) std::ranges::sort(documents, {}, &Document::id);
    return documents;
}

Result<std::vector<Cluster>> clusters_from_xml(std::string_view xml)
{
    return read_root<std::vector<Cluster>>(
        xml, "CLUSTER_POOL", [](const auto& pool) { return read_each<Cluster>(pool, "CLUSTER", read_cluster); });
}

Result<std::vector<Server>> servers_from_xml(std::string_view xml)
{
    return read_root<std::vector<Server>>(xml, "ZONE", [](const auto& zone) {
        return read_each<Server>(zone.child("SERVER_POOL"), "SERVER", read_server);
    });
}

Result<RaftState> raft_state_from_xml(std::string_view xml)
{
    return read_root<RaftState>(xml, "RAFT", read_raft);
}

Result<std::string> user_name_from_xml(std::string_view xml)
{
    return read_root<std::string>(xml, "USER", read_user);
}

Result<std::string> template_xml(const std::vector<Attribute>& attributes)
{
    std::string xml = "<TEMPLATE>";
    for (const auto& [name, value] : attributes) {
        if (value.find("]]>") != std::string::npos)
            return one::fail({.kind = one::ErrorKind::invalid,
                              .thing = "attribute " + name,
                              .reason = "its value holds ']]>', which OpenNebula drops without a word",
                              .doing = "store"});
        xml += fmt::format("<{0}>{1}</{0}>", name, escaped(value));
    }
    return xml + "</TEMPLATE>";
}

std::string storable_json(std::string_view json)
{
    std::string text;
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (json[at] == '>' && text.ends_with("]]")) {
            text += "\\u003e";
        } else if (const auto code = beyond_basic_plane(json.substr(at)); code != 0) {
            const unsigned offset = code - 0x10000U;
            text += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (offset >> 10U), 0xDC00U + (offset & 0x3FFU));
            at += 3;
        } else {
            text += json[at];
        }
    }
    return text;
}

}  // namespace onefrontend::oned
