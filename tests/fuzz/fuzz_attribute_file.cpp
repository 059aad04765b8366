// An attribute file that is read is written the same, its tokens tile it, and what is set in it is read back.
#include "frontend/configure/attribute_file.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace onefrontend::configure;
    const std::string text{one::fuzz::text_of(data, size)};
    auto file = AttributeFile::parse(text);
    if (!file) {
        one::fuzz::must(file.error().thing.starts_with("line "));
        return 0;
    }
    one::fuzz::must(file->text() == text);
    std::size_t place = 0;
    const auto tokens = attribute_tokens(text);
    for (const auto& token : *tokens) {
        one::fuzz::must(token.begin == place && token.end > place);
        place = token.end;
    }
    one::fuzz::must(place == text.size());
    const std::string value = text.substr(0, 40);
    if (file->set("A", value)) one::fuzz::must(file->value(*file->find("A")) == value);
    if (file->set_in("V", {{"KEY", value}})) one::fuzz::must(file->value_in(*file->find("V"), "KEY") == value);
    if (file->set_all("R", {value, "second"})) one::fuzz::must(file->all("R").size() == 2);
    one::fuzz::must(AttributeFile::parse(file->text()).has_value());
    return 0;
}
