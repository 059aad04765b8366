// The stage comes first: namespaces are entered while the program has one thread.
#include "tests/integration/proofs/stage.hpp"

#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    stage::build();
    return RUN_ALL_TESTS();
}
