/// Keyed containers of earlier payloads, used again.
///
/// Making a container costs an allocation and several look-ups of generic metadata, more than reading its members. A type
/// asks for its containers in the same order at every payload, so the n-th one of this payload is the n-th one of the
/// last, pointed at another object.
final class JSONContainerSlots {
    private class Slot {
        let key: ObjectIdentifier
        let members: JSONMembers

        init(_ key: ObjectIdentifier, _ members: JSONMembers) {
            self.key = key
            self.members = members
        }
    }

    private final class TypedSlot<Key: CodingKey>: Slot {
        let container: KeyedDecodingContainer<Key>

        init(_ members: JSONMembers) {
            container = KeyedDecodingContainer(JSONKeyedContainer<Key>(members))
            super.init(ObjectIdentifier(Key.self), members)
        }
    }

    @exclusivity(unchecked) private var slots: [Slot] = []
    @exclusivity(unchecked) private var used = 0
    private static let limit = 256

    /// Before another payload.
    func begin() { used = 0 }

    /// Forgets all containers, which hold on to the document.
    func removeAll() { slots.removeAll() }

    /// A container over an object.
    func container<Key: CodingKey>(
        _ document: JSONDocument, _ node: Int, keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let object = try document.node(node)
        guard object.kind == .object else { throw document.mismatch(object, [String: Any].self) }
        if used < slots.count {
            let slot = slots[used]
            if slot.key == ObjectIdentifier(type) {
                used += 1
                slot.members.load(node)
                return unsafeDowncast(slot, to: TypedSlot<Key>.self).container
            }
        }
        return added(document, node, keyedBy: type)
    }

    @inline(never)
    private func added<Key: CodingKey>(
        _ document: JSONDocument, _ node: Int, keyedBy type: Key.Type
    ) -> KeyedDecodingContainer<Key> {
        let slot = TypedSlot<Key>(JSONMembers(document))
        slot.members.load(node)
        if used < slots.count {
            slots[used] = slot
            used += 1
        } else if used < Self.limit {
            slots.append(slot)
            used += 1
        }
        return slot.container
    }
}

/// Holds a document, and parts it from the containers that hold it when it goes.
final class JSONDocumentOwner {
    let document = JSONDocument()

    deinit { document.slots.removeAll() }
}
