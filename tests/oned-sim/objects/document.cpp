// How a document looks, as oned prints it.
#include "tests/oned-sim/objects/document.hpp"

#include <fmt/format.h>

namespace onedsim {
namespace {

std::string to_xml(const DocumentLock& lock)
{
    if (lock.level == 0) return {};
    return fmt::format("<LOCK><LOCKED>{}</LOCKED><OWNER>{}</OWNER><TIME>{}</TIME><REQ_ID>{}</REQ_ID></LOCK>",
                       lock.level, lock.owner, lock.time, lock.request);
}

std::string to_xml(std::string_view who, const Bits& bits)
{
    return fmt::format("<{0}_U>{1:d}</{0}_U><{0}_M>{2:d}</{0}_M><{0}_A>{3:d}</{0}_A>", who, bits.use, bits.manage,
                       bits.admin);
}

}  // namespace

Target target_of(const Document& document)
{
    return {.type = ObjectType::document,
            .id = document.id,
            .uid = document.uid,
            .gid = document.gid,
            .permissions = document.permissions,
            .lock = document.lock.level};
}

std::string to_xml(const Permissions& permissions)
{
    return "<PERMISSIONS>" + to_xml("OWNER", permissions.owner) + to_xml("GROUP", permissions.group) +
           to_xml("OTHER", permissions.other) + "</PERMISSIONS>";
}

std::string to_xml(const Document& document)
{
    return fmt::format(
        "<DOCUMENT><ID>{}</ID><UID>{}</UID><GID>{}</GID><UNAME>{}</UNAME><GNAME>{}</GNAME><NAME>{}</NAME>"
        "<TYPE>{}</TYPE>{}{}{}</DOCUMENT>",
        document.id, document.uid, document.gid, document.owner, document.group, document.name, document.type,
        to_xml(document.permissions), to_xml(document.lock), document.attributes.to_xml("TEMPLATE"));
}

}  // namespace onedsim
