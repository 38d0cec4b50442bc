#pragma once

#include "node/change.h"
#include "node/journal.h"
#include "node/node.h"

#include <memory>

namespace harden {

// A node whose every change is journalled before it is made. `restore_firewall` is the command
// that puts the packet filter back to what the files say after they have been restored.
class UndoableNode {
public:
    UndoableNode(Node& real, Journal& journal, Command restore_firewall);
    ~UndoableNode();

    Node& node();
    const Changes& changes() const;

private:
    struct Doors;
    std::unique_ptr<Doors> doors_;
};

}
