// The same race as for the CA of TLS, settled the same way: of two documents the smaller id counts.
#include "frontend/enroll/ssh_authority.hpp"

#include "frontend/enroll/json.hpp"
#include "frontend/oned/document_types.hpp"

#include <fmt/format.h>

namespace onefrontend {
namespace {

Result<SshAuthorityRecord> read_record(const oned::Document& document)
{
    TRY_LET(const Json tree, parse_json(document.body));
    SshAuthorityRecord record;
    record.id = document.id;
    JsonFields fields{tree};
    fields.required("key", record.key);
    fields.optional("made_on", record.made_on);
    fields.optional("at", record.at);
    TRY(fields.outcome());
    TRY(one::ssh::parse_public_key(record.key));
    return record;
}

}  // namespace

one::Error another_ssh_authority(const SshAuthorityRecord& other)
{
    return {.kind = one::ErrorKind::conflict,
            .thing = "an SSH host CA for this cloud",
            .reason = fmt::format("it has one (made on {}, document {} of OpenNebula), and its key is not in this "
                                  "state_dir",
                                  other.made_on, other.id),
            .next = fmt::format("copy signer/ssh-ca.key of that state_dir into this one and start `onefrontend signer` "
                                "again; where it is lost for good: onedocument delete {}",
                                other.id),
            .doing = "make"};
}

Async<Result<SshAuthorityRecord>> find_ssh_authority(Cloud& cloud)
{
    CO_TRY_LET(const auto documents, co_await cloud.documents(ssh_authority_document));
    if (documents.empty()) co_return SshAuthorityRecord{};
    co_return read_record(documents.front())
        .map_error(unreadable("SSH host CA", documents.front().id));  // the smallest id: who came first
}

Async<Result<SshAuthorityRecord>> record_ssh_authority(Cloud& cloud, SshAuthorityRecord ours)
{
    CO_TRY_LET(auto present, co_await find_ssh_authority(cloud));
    if (present.id >= 0 && present.key != ours.key) co_return one::fail(another_ssh_authority(present));
    if (present.id >= 0) co_return present;

    const Json body{{"key", ours.key}, {"made_on", ours.made_on}, {"at", ours.at}};
    CO_TRY_LET(const int own,
               co_await cloud.allocate_document(ssh_authority_document, "onenode-ssh-authority", dump(body)));
    CO_TRY_LET(present, co_await find_ssh_authority(cloud));
    if (present.id == own || present.key == ours.key) co_return present;
    CO_TRY(co_await cloud.delete_document(own));
    co_return one::fail(another_ssh_authority(present));
}

}  // namespace onefrontend
