// Reads and makes the document that names the CA; of two the smaller id counts.
#include "frontend/enroll/authority.hpp"

#include "frontend/enroll/json.hpp"
#include "frontend/oned/document_types.hpp"

#include <fmt/format.h>

namespace onefrontend {
namespace {

Result<AuthorityRecord> record_from(const oned::Document& document)
{
    TRY_LET(const Json tree, parse_json(document.body));
    AuthorityRecord record;
    record.id = document.id;
    record.owner = document.owner;
    JsonFields fields{tree};
    fields.required("pin", record.pin);
    fields.optional("made_on", record.made_on);
    fields.optional("at", record.at);
    TRY(fields.outcome());
    return record;
}

constexpr const char* document_name = "onenode-authority";

std::string body_of(const AuthorityRecord& record)
{
    return dump(Json{{"pin", record.pin}, {"made_on", record.made_on}, {"at", record.at}});
}

}  // namespace

one::Error another_authority(const AuthorityRecord& other)
{
    return {
        .kind = one::ErrorKind::conflict,
        .thing = "a CA for this cloud",
        .reason = fmt::format(
            "it has one (made on {}, document {} of OpenNebula, pin {}), and its files are not in this state_dir",
            other.made_on, other.id, other.pin),
        .next =
            "give the --config that `onefrontend init` had there; on another machine: `onefrontend ca export` there, "
            "`onefrontend ca import` here; where that CA is lost for good, and every node will join again: onedocument "
            "delete " +
            std::to_string(other.id),
        .doing = "make"};
}

Async<Result<AuthorityRecord>> find_authority(Cloud& cloud)
{
    CO_TRY_LET(const auto documents, co_await cloud.documents(authority_document));
    if (documents.empty()) co_return AuthorityRecord{};
    co_return record_from(documents.front());  // the smallest id: who came first
}

Async<Result<AuthorityRecord>> record_authority(Cloud& cloud, AuthorityRecord ours)
{
    CO_TRY_LET(auto present, co_await find_authority(cloud));
    if (present.id >= 0 && present.pin != ours.pin) co_return one::fail(another_authority(present));
    if (present.id >= 0) co_return present;

    CO_TRY_LET(const int own, co_await cloud.allocate_document(authority_document, document_name, body_of(ours)));
    CO_TRY_LET(present, co_await find_authority(cloud));
    if (present.id == own || present.pin == ours.pin) co_return present;
    CO_TRY(co_await cloud.delete_document(own));
    co_return one::fail(another_authority(present));
}

Async<Result<>> rename_authority(Cloud& cloud, AuthorityRecord record)
{
    co_return co_await cloud.replace_document(record.id, document_name, body_of(record));
}

}  // namespace onefrontend
