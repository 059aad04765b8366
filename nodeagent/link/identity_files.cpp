// Key, certificate and authorities, each in its file below the state directory.
#include "nodeagent/link/identity_files.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "nodeagent/link/places.hpp"

#include <optional>

namespace onenode {
namespace {

Result<> make_private_directory(Host& host, const char* path)
{
    return host.make_directory({.path = path, .mode = 0700}).map_error(one::while_doing("make the directory"));
}

Result<> write_private(Host& host, const char* path, std::string_view text, std::uint32_t mode)
{
    FileSpec file{.path = path, .text = std::string{text}, .mode = mode};
    auto written = host.write(file).map_error(one::while_doing("write"));
    one::wipe(file.text);
    return written;
}

Result<one::Secret> read_or_make_key(Host& host, const char* path)
{
    if (auto there = host.read(path))
        return one::Secret{std::move(*there)};
    else if (there.error().kind != ErrorKind::not_found)
        return one::fail(std::move(there).error());

    TRY_LET(one::Secret key, one::identity::make_private_key());
    TRY(write_private(host, path, key.reveal(), 0600));
    return key;
}

bool is_for(const std::string& chain, const one::Secret& key)
{
    const auto certificates = one::identity::read_certificates(chain);
    const auto own = one::identity::public_key_of(key);
    return certificates && own && certificates->front().public_key == *own;
}

/// The next key, where the certificate on the disk is for it already.
std::optional<one::Secret> renewed_key(const HostView& host, const std::string& chain)
{
    auto next = host.read(places::next_key);
    if (!next) return {};
    one::Secret key{*std::move(next)};
    if (!is_for(chain, key)) return {};
    return key;
}

Result<NodeIdentity> read_identity(const HostView& host)
{
    NodeIdentity identity;
    TRY_LET(std::string key, host.read(places::key));
    identity.own.private_key_pem = one::Secret{std::move(key)};
    TRY_LET(identity.own.chain_pem, host.read(places::certificate));
    if (auto renewed = renewed_key(host, identity.own.chain_pem)) identity.own.private_key_pem = *std::move(renewed);
    TRY_LET(identity.authorities, host.read(places::authorities));
    return identity;
}

}  // namespace

Result<one::Secret> node_key(Host& host)
{
    TRY(make_private_directory(host, places::state_dir));
    TRY(make_private_directory(host, places::identity_dir));
    return read_or_make_key(host, places::key);
}

Result<one::Secret> next_key(Host& host)
{
    return read_or_make_key(host, places::next_key);
}

Result<> store_certificate(Host& host, const std::string& chain, const std::string& authorities)
{
    TRY(write_private(host, places::authorities, authorities, 0644));
    return write_private(host, places::certificate, chain, 0644);
}

Result<> settle_key(Host& host)
{
    TRY_LET(const auto chain, host.read(places::certificate));
    const auto key = renewed_key(host, chain);
    if (!key) return {};
    TRY(write_private(host, places::key, key->reveal(), 0600));
    return host.remove(places::next_key);
}

// Files are read one after the other: a renewal that ends in between leaves us the old key and the new certificate. One
// read anew has both; what does not fit then either is on the disk like that, and whoever uses it says so.
Result<NodeIdentity> load_identity(const HostView& host)
{
    TRY_LET(auto identity, read_identity(host));
    if (is_for(identity.own.chain_pem, identity.own.private_key_pem)) return identity;
    return read_identity(host);
}

Result<> destroy_identity(Host& host)
{
    if (const auto there = host.stat(places::identity_dir); !there && there.error().kind == ErrorKind::not_found)
        return {};
    // The key goes last: as long as it is there, a run after a kill finds its way back here.
    for (const char* path : {places::certificate, places::authorities, places::next_key, places::key}) {
        TRY(host.tidy(path));
        TRY(host.remove(path));
    }
    return host.remove_directory(places::identity_dir);
}

Result<Validity> validity_of(const std::string& chain_pem)
{
    TRY_LET(const auto certificates, one::identity::read_certificates(chain_pem));
    return Validity{certificates.front().not_before, certificates.front().not_after};
}

}  // namespace onenode
