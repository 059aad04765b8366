// OpenNebula's objects as XML: read leniently, unknown elements are passed over; written so that all text survives.
#pragma once

#include "frontend/oned/client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::oned {

Result<Host> host_from_xml(std::string_view xml);
Result<std::vector<Host>> hosts_from_xml(std::string_view xml);
Result<Document> document_from_xml(std::string_view xml);
/// Ascending by id; oned lists the newest first.
Result<std::vector<Document>> documents_from_xml(std::string_view xml);
Result<std::vector<Cluster>> clusters_from_xml(std::string_view xml);
Result<std::vector<Server>> servers_from_xml(std::string_view xml);
Result<RaftState> raft_state_from_xml(std::string_view xml);
Result<std::string> user_name_from_xml(std::string_view xml);

struct Attribute {
    std::string name{};
    std::string value{};
};

/// A template in its XML form. A value with `]]>` is refused: oned 7.4 answers success and keeps the old value, and on
/// a host its onemonitord dies of it.
Result<std::string> template_xml(const std::vector<Attribute>& attributes);
/// The same JSON in characters that oned stores: `]]>` and what lies above U+FFFF can only stand in strings, as
/// escapes.
std::string storable_json(std::string_view json);

}  // namespace onefrontend::oned
