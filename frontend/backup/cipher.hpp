// A backup for the holder of a private key: a PEM block of CMS with a passphrase, then what `openssl enc -aes-256-cbc
// -pbkdf2` makes with it. CMS alone would do, but every program that opens it keeps all of it in memory.
#pragma once

#include "common/secret.hpp"
#include "frontend/backup/stream.hpp"

#include <memory>
#include <optional>

namespace onefrontend::backup {

class Encryptor {
public:
    /// Writes the head at once.
    static one::Result<Encryptor> begin(std::string_view certificates_pem, Write next);
    one::Result<> write(std::string_view bytes);
    one::Result<> finish();

private:
    struct State;
    struct Free {
        void operator()(State* state) const;
    };
    explicit Encryptor(std::unique_ptr<State, Free> state) : state_(std::move(state)) {}
    std::unique_ptr<State, Free> state_;
};

/// The same bytes where they are not encrypted; else what is in them. `key`: PEM of the private key.
one::Result<Read> decrypted(Read read, const std::optional<one::Secret>& key, const std::string& name);

}  // namespace onefrontend::backup
