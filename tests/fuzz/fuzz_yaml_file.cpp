// A YAML file that is changed says the new value, or is refused and stays as it was.
#include "frontend/configure/settings.hpp"
#include "frontend/configure/yaml_file.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace onefrontend::configure;
    const std::string text{one::fuzz::text_of(data, size)};
    (void)read_settings(text);
    auto file = YamlFile::parse(text);
    if (!file) return 0;
    for (const KeyPath& path : {KeyPath{"a"}, KeyPath{"b", "c"}}) {
        const auto before = file->text();
        const auto value = text_value(text.substr(0, 20));
        if (file->set(path, value))
            one::fuzz::must(same(*file->find(path), value));
        else
            one::fuzz::must(file->text() == before);
    }
    return 0;
}
