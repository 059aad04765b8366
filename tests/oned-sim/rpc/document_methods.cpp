// one.document.* and one.documentpool.info
#include "tests/oned-sim/rpc/request.hpp"

#include <fmt/format.h>

#include <vector>

namespace onedsim {
namespace {

constexpr auto document_type = ObjectType::document;

Outcome store(Request& request, Attributes attributes, int type)
{
    auto& documents = request.world.documents;
    auto name = attributes.text("NAME").value_or("");
    attributes.erase("NAME");
    attributes.drop_empty_vectors();
    if (name.size() > 128) return refuse(Code::internal, "NAME is too long; max length is 128 chars.");
    if (!storable(attributes) || name.find_first_of("<&") != std::string::npos || !is_xml_text(name))
        return refuse(Code::internal, "Error transforming the Document to XML.");
    const int id = documents.next_id++;
    if (name.empty()) name = fmt::format("document-{}", id);
    documents.objects[id] = Document{.id = id,
                                     .uid = request.caller.uid,
                                     .gid = request.caller.gid,
                                     .owner = request.caller.name,
                                     .group = request.caller.group,
                                     .name = std::move(name),
                                     .type = type,
                                     .permissions = fresh_permissions(),
                                     .attributes = std::move(attributes)};
    return id;
}

Outcome allocate(Request& request)
{
    auto attributes = Attributes::parse(request.text(1));
    if (!attributes) return refuse(Code::internal, attributes.error().reason);
    if (auto given = request.may_create(document_type); !given) return tl::unexpected{given.error()};
    return store(request, *std::move(attributes), request.integer(2));
}

Outcome clone(Request& request)
{
    const int id = request.integer(1);
    const auto* source = request.world.documents.find(id);
    if (!source) return no_such(document_type, id);
    const Target create{.type = document_type, .uid = request.caller.uid, .gid = request.caller.gid};
    if (auto given = request.may({{target_of(*source), Right::create}, {create, Right::create}}); !given)
        return tl::unexpected{given.error()};
    auto attributes = source->attributes;
    attributes.replace("NAME", request.text(2));
    return store(request, std::move(attributes), source->type);
}

tl::expected<Document*, Refusal> managed(Request& request, Lock lock = Lock::heeded)
{
    return reach(request, request.world.documents, document_type, request.integer(1), Right::manage, lock);
}

Outcome remove(Request& request)
{
    const auto document = managed(request);
    if (!document) return tl::unexpected{document.error()};
    const int id = (*document)->id;
    request.world.documents.objects.erase(id);
    return id;
}

Outcome info(Request& request)
{
    const auto document =
        reach(request, request.world.documents, document_type, request.integer(1), Right::use, Lock::ignored);
    if (!document) return tl::unexpected{document.error()};
    return to_xml(**document);
}

Outcome update(Request& request)
{
    const auto document = managed(request);
    if (!document) return tl::unexpected{document.error()};
    if (auto done = update_attributes((*document)->attributes, request.text(2), request.integer(3, 0)); !done)
        return tl::unexpected{done.error()};
    return (*document)->id;
}

Outcome rename(Request& request)
{
    const int id = request.integer(1);
    auto* document = request.world.documents.find(id);
    if (!document) return no_such(document_type, id);
    if (document->name == request.text(2)) return id;
    if (auto given = request.may({{target_of(*document), Right::manage}}); !given) return tl::unexpected{given.error()};
    if (auto problem = name_problem(request.text(2)); !problem.empty()) return refuse(Code::action, problem);
    document->name = request.text(2);
    return id;
}

Outcome chmod(Request& request)
{
    const int id = request.integer(1);
    auto* document = request.world.documents.find(id);
    if (!document) return no_such(document_type, id);
    auto& p = document->permissions;
    const std::vector<bool*> bits{&p.owner.use,   &p.owner.manage, &p.owner.admin,  &p.group.use,  &p.group.manage,
                                  &p.group.admin, &p.other.use,    &p.other.manage, &p.other.admin};
    Right needed = Right::manage;
    for (const std::size_t admin_bit : {2UL, 5UL, 8UL}) {
        const int wanted = request.integer(2 + admin_bit);
        if (wanted != -1 && wanted != static_cast<int>(*bits[admin_bit])) needed = Right::admin;
    }
    if (auto given = request.may({{target_of(*document), needed}}); !given) return tl::unexpected{given.error()};
    for (std::size_t at = 0; at < bits.size(); ++at)
        if (const int wanted = request.integer(2 + at); wanted < -1 || wanted > 1)
            return refuse(Code::internal, "New permission values must be -1, 0 or 1");
    for (std::size_t at = 0; at < bits.size(); ++at)
        if (const int wanted = request.integer(2 + at); wanted != -1) *bits[at] = wanted == 1;
    return id;
}

Outcome chown(Request& request)
{
    auto& world = request.world;
    const int uid = request.integer(2);
    const int gid = request.integer(3);
    const auto* user = world.users.find(uid);
    const auto* group = world.groups.find(gid);
    if (uid > -1 && !user) return no_such(ObjectType::user, uid);
    if (gid > -1 && !group) return no_such(ObjectType::group, gid);
    auto* document = world.documents.find(request.integer(1));
    if (!document) return no_such(document_type, request.integer(1));

    std::vector<std::pair<Target, Right>> wanted{{target_of(*document), Right::manage}};
    if (user && uid != document->uid) wanted.emplace_back(target_of(*user), Right::manage);
    if (group && gid != document->gid) wanted.emplace_back(target_of(*group), Right::use);
    if (auto given = request.may(wanted); !given) return tl::unexpected{given.error()};
    if (user) {
        document->uid = uid;
        document->owner = user->name;
    }
    if (group) {
        document->gid = gid;
        document->group = group->name;
    }
    return document->id;
}

Outcome lock(Request& request)
{
    const auto document = managed(request, Lock::ignored);
    if (!document) return tl::unexpected{document.error()};
    const int level = request.integer(2);
    if (level < 1 || level > 4) return refuse(Code::action, "Wrong lock level specified");
    auto& held = (*document)->lock;
    if (request.truth(3, false) && held.level != 0) return refuse(Code::action, std::to_string(held.time));
    if (held.level != 0 && held.owner != request.caller.uid && !request.caller.is_admin())
        return refuse(Code::action, "Error trying to lock the resource.");
    held = {.level = level == 4 ? 1 : level,
            .owner = request.caller.uid,
            .time = request.now,
            .request = request.world.requests};
    return (*document)->id;
}

Outcome unlock(Request& request)
{
    const auto document = managed(request, Lock::ignored);
    if (!document) return tl::unexpected{document.error()};
    auto& held = (*document)->lock;
    if (!request.caller.is_admin() && held.owner != request.caller.uid)
        return refuse(Code::action, "Cannot unlock: Lock is owned by another user");
    held = {};
    return (*document)->id;
}

bool belongs(const Request& request, const Document& document, int filter)
{
    const auto& caller = request.caller;
    const bool visible = caller.is_admin() || document.uid == caller.uid || request.may_use(target_of(document));
    switch (filter) {
    case -4: return document.gid == caller.gid && visible;
    case -3: return document.uid == caller.uid;
    case -2: return visible;
    case -1: return document.uid == caller.uid || (caller.groups.contains(document.gid) && visible);
    default: return document.uid == filter && visible;
    }
}

Outcome pool_info(Request& request)
{
    const int filter = request.integer(1);
    const int start = request.integer(2);
    const int end = request.integer(3);
    if (filter < -4) return refuse(Code::rpc_api, "Incorrect filter_flag");
    const bool paged = end < -1;  // then `start` objects are skipped and -end are shown
    int seen = 0;
    std::string xml = "<DOCUMENT_POOL>";
    for (const auto* document : request.world.documents.newest_first()) {
        if (document->type != request.integer(4) || !belongs(request, *document, filter)) continue;
        const int id = document->id;
        if (!paged && start != -1 && (id < start || (end != -1 && id > end))) continue;
        const int place = seen++;
        if (paged && (place < start || place >= start - end)) continue;
        xml += to_xml(*document);
    }
    return xml + "</DOCUMENT_POOL>";
}

constexpr Method methods[] = {
    {"one.document.allocate", "si", document_type, allocate},    {"one.document.clone", "is", document_type, clone},
    {"one.document.delete", "i", document_type, remove},         {"one.document.info", "i?b", document_type, info},
    {"one.document.update", "is?i", document_type, update},      {"one.document.rename", "is", document_type, rename},
    {"one.document.chmod", "iiiiiiiiii", document_type, chmod},  {"one.document.chown", "iii", document_type, chown},
    {"one.document.lock", "ii?b", document_type, lock},          {"one.document.unlock", "i", document_type, unlock},
    {"one.documentpool.info", "iiii", document_type, pool_info},
};

}  // namespace

std::span<const Method> document_methods()
{
    return methods;
}

}  // namespace onedsim
