// Whatever stands in monitord.conf, what was read of it is found again by its name.
#include "frontend/enroll/attributes.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    const auto attributes = onefrontend::parse_attributes(text);
    if (!attributes) {
        one::fuzz::must(attributes.error().thing.starts_with("line "));
        return 0;
    }
    for (const auto& attribute : *attributes) {
        const auto* found = onefrontend::find_attribute(*attributes, attribute.name);
        one::fuzz::must(found && found->name == attribute.name);
        one::fuzz::must(attribute.is_vector || attribute.pairs.empty());
        for (const auto& [name, value] : attribute.pairs)
            one::fuzz::must(onefrontend::value_in(attribute, name) == value);
    }
    return 0;
}
