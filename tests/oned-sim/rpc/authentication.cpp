// "user:secret"; of serveradmin "serveradmin:target:token", the token being AES of "serveradmin:target:expiry".
#include "tests/oned-sim/rpc/authentication.hpp"

#include "common/text/encoding.hpp"

#include <openssl/evp.h>

#include <memory>

namespace onedsim {
namespace {

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

Caller caller_of(const User& user)
{
    return {.uid = user.id, .gid = user.gid, .name = user.name, .group = user.group, .groups = user.groups};
}

/// Key and vector are the front of serveradmin's stored password, as OpenNebula has it.
std::optional<std::string> decipher(std::string_view token, const std::string& password)
{
    const auto bytes = one::from_base64(token);
    if (!bytes || password.size() < 32 || bytes->empty()) return std::nullopt;
    const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context{EVP_CIPHER_CTX_new()};
    const auto* key = reinterpret_cast<const unsigned char*>(password.data());
    if (EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key, key) != 1) return std::nullopt;
    std::string plain(bytes->size() + 32, '\0');
    int written = 0;
    int rest = 0;
    auto* out = reinterpret_cast<unsigned char*>(plain.data());
    const auto* in = reinterpret_cast<const unsigned char*>(bytes->data());
    if (EVP_DecryptUpdate(context.get(), out, &written, in, static_cast<int>(bytes->size())) != 1) return std::nullopt;
    if (EVP_DecryptFinal_ex(context.get(), out + written, &rest) != 1) return std::nullopt;
    plain.resize(static_cast<std::size_t>(written) + static_cast<std::size_t>(rest));
    return plain;
}

std::optional<Caller> speak_for(World& world, const User& server, std::string_view rest, std::time_t now)
{
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto* target = world.users.find_by_name(rest.substr(0, colon));
    const auto plain = decipher(rest.substr(colon + 1), server.password);
    if (!target || !plain || !plain->starts_with(server.name + ":")) return std::nullopt;
    const auto expires = to_number(std::string_view{*plain}.substr(plain->rfind(':') + 1));
    if (!expires || now >= *expires) return std::nullopt;
    return caller_of(*target);
}

std::optional<Caller> log_in(World& world, User& user, std::string_view secret, std::time_t now)
{
    const auto token = user.tokens.find(std::string{secret});
    if (token == user.tokens.end()) {
        if (user.driver == "core" && user.password == password_hash(secret)) return caller_of(user);
        return std::nullopt;
    }
    const auto held = token->second;
    const bool expired = held.expires != -1 && now >= held.expires;
    if (expired || (held.group != -1 && !user.groups.contains(held.group))) {
        user.tokens.erase(token);
        return std::nullopt;
    }
    auto caller = caller_of(user);
    if (held.group != -1) {
        caller.gid = held.group;
        caller.group = world.groups.find(held.group)->name;
        caller.groups = {held.group};
    }
    return caller;
}

}  // namespace

void drop_expired_tokens(User& user, std::time_t now)
{
    std::erase_if(user.tokens,
                  [&](const auto& token) { return token.second.expires != -1 && now > token.second.expires; });
}

std::optional<Caller> authenticate(World& world, std::string_view session, std::time_t now)
{
    const auto colon = session.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto* known = world.users.find_by_name(session.substr(0, colon));
    if (!known || !known->enabled) return std::nullopt;
    auto& user = *world.users.find(known->id);
    const auto secret = session.substr(colon + 1);
    if (user.driver.starts_with("server_")) return speak_for(world, user, secret, now);
    return log_in(world, user, secret, now);
}

}  // namespace onedsim
