// Encrypted to a public key; a person with openssl opens it, too.
#include "in_memory.hpp"

#include "common/command.hpp"
#include "frontend/backup/cipher.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

using namespace onefrontend::backup;
using testing::HasSubstr;

namespace {

class Cipher : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = testing::TempDir() + "cipherXXXXXX";
        folder = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    [[nodiscard]] std::string read_file(const std::string& name) const
    {
        std::ifstream file{folder + "/" + name, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    std::string openssl(std::vector<std::string> argv) const
    {
        argv.insert(argv.begin(), "openssl");
        const auto done = one::run_command(
            {.argv = argv, .directory = folder, .limit = std::chrono::seconds{60}, .output_limit = 4'000'000});
        EXPECT_TRUE(done && done->ok()) << (done ? done->err : to_text(done.error()));
        return done ? done->out : "";
    }
    void make(const std::string& name, const std::vector<std::string>& kind) const
    {
        std::vector<std::string> argv{"req", "-x509",   "-nodes",      "-subj", "/CN=backup", "-days",
                                      "1",   "-keyout", name + ".key", "-out",  name + ".crt"};
        argv.insert(argv.end(), kind.begin(), kind.end());
        openssl(argv);
    }
    static std::string encrypt(const std::string& text, const std::string& certificates)
    {
        std::string bytes;
        auto encryptor = Encryptor::begin(certificates, into(bytes));
        EXPECT_TRUE(encryptor) << to_text(encryptor.error());
        if (!encryptor) return {};
        EXPECT_TRUE(encryptor->write(text));
        EXPECT_TRUE(encryptor->finish());
        return bytes;
    }
    /// What is in it, or why not.
    [[nodiscard]] std::string decrypt(const std::string& bytes, const std::string& key) const
    {
        std::optional<one::Secret> secret;
        if (!key.empty()) secret = one::Secret{read_file(key)};
        const auto read = decrypted(from(bytes), secret, "the backup");
        if (!read) return to_text(read.error());
        std::string room(3'000'000, ' ');
        const auto size = read_full(*read, room);
        return size ? room.substr(0, *size) : to_text(size.error());
    }

    std::string folder{};
    std::string text = std::string(1'234'567, 'x') + "end";
};

TEST_F(Cipher, OpensWithTheKeyOfTheCertificate)
{
    make("rsa", {"-newkey", "rsa:2048"});
    make("ec", {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"});
    for (const std::string name : {"rsa", "ec"}) {
        const auto bytes = encrypt(text, read_file(name + ".crt"));
        EXPECT_EQ(bytes.find("xxxxxxxx"), std::string::npos);
        EXPECT_TRUE(decrypt(bytes, name + ".key") == text) << name;
    }
    const auto both = encrypt(text, read_file("rsa.crt") + read_file("ec.crt"));
    EXPECT_TRUE(decrypt(both, "rsa.key") == text);
    EXPECT_TRUE(decrypt(both, "ec.key") == text);
}

TEST_F(Cipher, OpensByHandWithOpenssl)
{
    make("rsa", {"-newkey", "rsa:2048"});
    std::ofstream{folder + "/backup", std::ios::binary} << encrypt(text, read_file("rsa.crt"));
    openssl({"cms", "-decrypt", "-inform", "PEM", "-in", "backup", "-inkey", "rsa.key", "-out", "passphrase"});
    const auto cut = one::run_command(
        {.argv = {"sed", "1,/^-----END CMS-----$/d", "backup"}, .directory = folder, .output_limit = 4'000'000});
    ASSERT_TRUE(cut && cut->ok());
    std::ofstream{folder + "/rest", std::ios::binary} << cut->out;
    EXPECT_TRUE(openssl({"enc", "-d", "-aes-256-cbc", "-pbkdf2", "-pass", "file:passphrase", "-in", "rest"}) == text);
}

TEST_F(Cipher, IsTheSameBytesWhereNothingIsEncrypted)
{
    EXPECT_EQ(decrypt("plain", ""), "plain");
    EXPECT_EQ(decrypt("", ""), "");
    EXPECT_TRUE(decrypt(text, "") == text);
}

TEST_F(Cipher, WithoutOrWithAnotherKeySaysSo)
{
    make("mine", {"-newkey", "rsa:2048"});
    make("other", {"-newkey", "rsa:2048"});
    const auto bytes = encrypt(text, read_file("mine.crt"));
    EXPECT_THAT(decrypt(bytes, ""), HasSubstr("--key FILE"));
    EXPECT_THAT(decrypt(bytes, "other.key"), HasSubstr("this key does not open it"));
    EXPECT_THAT(decrypt(bytes, "mine.crt"), HasSubstr("private key"));
}

TEST_F(Cipher, ThatBreaksOffIsNoEnd)
{
    make("rsa", {"-newkey", "rsa:2048"});
    const auto bytes = encrypt(text, read_file("rsa.crt"));
    for (const std::size_t cut : {1UL, 16UL, 17UL, 1'000'000UL, bytes.size() - 30})
        EXPECT_THAT(decrypt(bytes.substr(0, bytes.size() - cut), "rsa.key").substr(0, 200),
                    testing::AnyOf(HasSubstr("breaks off"), HasSubstr("not followed"), HasSubstr("does not open")))
            << cut;
}

TEST_F(Cipher, ToWhatIsNoCertificateIsRefused)
{
    std::string bytes;
    EXPECT_FALSE(Encryptor::begin("no certificate", into(bytes)));
    EXPECT_EQ(bytes, "");
}

}  // namespace
