// OpenSSL's EVP, in the form of its `enc`.
#include "frontend/backup/cipher.hpp"

#include "common/identity/sealed.hpp"
#include "common/text/encoding.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

namespace onefrontend::backup {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::string_view begin_of_head = "-----BEGIN CMS-----\n";
constexpr std::string_view end_of_head = "-----END CMS-----\n";
constexpr std::size_t longest_head = 64UL * 1024;
constexpr std::string_view magic = "Salted__";  // of `openssl enc`
constexpr std::size_t salt_size = 8;
constexpr int iterations = 10000;             // its default; the passphrase is random, it needs no stretching
constexpr std::size_t passphrase_bytes = 32;  // twice as many letters
constexpr std::size_t block = 16;
constexpr std::size_t chunk = 64UL * 1024;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

enum class Direction { decrypt = 0, encrypt = 1 };

one::Failure failed(ErrorKind kind, const std::string& name, std::string reason, std::string next = {})
{
    return one::fail({kind, name, std::move(reason), std::move(next), "decrypt"});
}

Result<Context> cipher_of(std::string_view passphrase, std::string_view salt, Direction direction)
{
    std::array<unsigned char, 48> derived{};  // key and initialisation vector
    Context context{EVP_CIPHER_CTX_new()};
    const bool done =
        context &&
        PKCS5_PBKDF2_HMAC(passphrase.data(), static_cast<int>(passphrase.size()),
                          reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                          iterations, EVP_sha256(), static_cast<int>(derived.size()), derived.data()) == 1 &&
        EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, derived.data(), derived.data() + 32,
                          static_cast<int>(direction)) == 1;
    OPENSSL_cleanse(derived.data(), derived.size());
    if (done) return context;
    return one::fail({.thing = "AES-256-CBC", .reason = "OpenSSL does not offer it", .doing = "use"});
}

/// What came out, appended.
bool update(EVP_CIPHER_CTX* context, std::string_view bytes, std::string& out)
{
    const auto before = out.size();
    out.resize(before + bytes.size() + block);
    int made = 0;
    const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
    if (EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out.data() + before), &made, in,
                         static_cast<int>(bytes.size())) != 1)
        return false;
    out.resize(before + static_cast<std::size_t>(made));
    return true;
}

bool finish(EVP_CIPHER_CTX* context, std::string& out)
{
    const auto before = out.size();
    out.resize(before + block);
    int made = 0;
    if (EVP_CipherFinal_ex(context, reinterpret_cast<unsigned char*>(out.data() + before), &made) != 1) return false;
    out.resize(before + static_cast<std::size_t>(made));
    return true;
}

/// Gives `first` before what comes behind it.
Read with_first(std::string first, Read rest)
{
    return [first = std::move(first), at = std::size_t{0},
            rest = std::move(rest)](std::span<char> room) mutable -> Result<std::size_t> {
        if (at == first.size()) return rest(room);
        const auto count = std::min(room.size(), first.size() - at);
        std::copy_n(first.data() + at, count, room.data());
        at += count;
        return count;
    };
}

struct Decryption {
    Context context{};
    Read read{};
    std::string name{};
    std::string ready{};  // decrypted, not yet taken
    std::size_t taken = 0;
    bool ended = false;

    Result<std::size_t> take(std::span<char> room)
    {
        std::vector<char> sealed(chunk);
        while (taken == ready.size() && !ended) {
            ready.clear();
            taken = 0;
            TRY_LET(const auto got, read(sealed));
            ended = got == 0;
            const bool well = ended ? finish(context.get(), ready) : update(context.get(), {sealed.data(), got}, ready);
            if (!well) return failed(ErrorKind::invalid, name, "it breaks off, or was damaged");
        }
        const auto count = std::min(room.size(), ready.size() - taken);
        std::copy_n(ready.data() + taken, count, room.data());
        taken += count;
        return count;
    }
};

/// Up to and with its last line; byte by byte, as what follows is not ours.
Result<std::string> read_head(const Read& read, const std::string& name, std::string head)
{
    std::array<char, 1> letter{};
    while (!head.ends_with(end_of_head)) {
        TRY_LET(const auto got, read(letter));
        if (got == 0 || head.size() > longest_head) return failed(ErrorKind::invalid, name, "its head breaks off");
        head += letter[0];
    }
    return head;
}

}  // namespace

struct Encryptor::State {
    Context context{};
    Write next{};
};

void Encryptor::Free::operator()(State* state) const
{
    delete state;
}

Result<Encryptor> Encryptor::begin(std::string_view certificates_pem, Write next)
{
    const one::Secret passphrase{one::to_hex(one::random_bytes(passphrase_bytes))};
    const auto salt = one::random_bytes(salt_size);
    TRY_LET(const auto head, one::identity::seal(passphrase, certificates_pem));
    TRY_LET(auto context, cipher_of(passphrase.reveal(), salt, Direction::encrypt));
    TRY(next(head + std::string{magic} + salt));
    return Encryptor{std::unique_ptr<State, Free>{new State{std::move(context), std::move(next)}}};
}

Result<> Encryptor::write(std::string_view bytes)
{
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
        out.clear();
        if (!update(state_->context.get(), bytes.substr(0, chunk), out))
            return one::fail({.thing = "AES-256-CBC", .reason = "OpenSSL refuses", .doing = "encrypt with"});
        TRY(state_->next(out));
    }
    return {};
}

Result<> Encryptor::finish()
{
    std::string out;
    if (!backup::finish(state_->context.get(), out))
        return one::fail({.thing = "AES-256-CBC", .reason = "OpenSSL refuses", .doing = "encrypt with"});
    return state_->next(out);
}

Result<Read> decrypted(Read read, const std::optional<one::Secret>& key, const std::string& name)
{
    std::string first(begin_of_head.size(), '\0');
    TRY_LET(const auto got, read_full(read, first));
    first.resize(got);
    if (first != begin_of_head) return with_first(std::move(first), std::move(read));
    if (!key)
        return failed(ErrorKind::denied, name, "it is encrypted to a public key",
                      "name the file with the private key: --key FILE");
    TRY_LET(const auto head, read_head(read, name, std::move(first)));
    auto passphrase = one::identity::unseal(head, *key);
    if (!passphrase)
        return failed(passphrase.error().kind, name, passphrase.error().thing + ": " + passphrase.error().reason,
                      "give the key of one of the certificates that it was made with, without a pass phrase: "
                      "openssl pkey -in KEY -out PLAIN");
    std::string salt(magic.size() + salt_size, '\0');
    TRY_LET(const auto salted, read_full(read, salt));
    if (salted != salt.size() || !salt.starts_with(magic))
        return failed(ErrorKind::invalid, name, "its head is not followed by what `openssl enc` makes");
    TRY_LET(auto context, cipher_of(passphrase->reveal(), salt.substr(magic.size()), Direction::decrypt));
    auto state = std::make_shared<Decryption>();  // std::function wants to be copied
    state->context = std::move(context);
    state->read = std::move(read);
    state->name = name;
    return Read{[state](std::span<char> room) { return state->take(room); }};
}

}  // namespace onefrontend::backup
