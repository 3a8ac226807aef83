/// Which fields of which row a keyed container reads.
final class RowCursor {
    @exclusivity(unchecked) private(set) var fields: RowFields
    @exclusivity(unchecked) private(set) var row: Int
    @exclusivity(unchecked) private var asked = 0

    init(_ fields: RowFields, _ row: Int) {
        self.fields = fields
        self.row = row
    }

    func move(to fields: RowFields, _ row: Int) {
        if self.fields !== fields { self.fields = fields }
        self.row = row
        asked = 0
    }

    @inline(__always)
    func find(_ key: String) -> Unmanaged<RowColumn>? { fields.find(key, &asked) }
}

/// Keyed containers of earlier rows, used again.
///
/// Making a container costs an allocation and several look-ups of generic metadata, more than reading its columns. A type
/// asks for its containers in the same order at every row, so the n-th one of this row is the n-th one of the last,
/// pointed at another place.
final class RowContainerSlots {
    private class Slot {
        let key: ObjectIdentifier
        let cursor: RowCursor

        init(_ key: ObjectIdentifier, _ cursor: RowCursor) {
            self.key = key
            self.cursor = cursor
        }
    }

    private final class TypedSlot<Key: CodingKey>: Slot {
        let container: KeyedDecodingContainer<Key>

        init(_ cursor: RowCursor) {
            container = KeyedDecodingContainer(RowKeyedContainer<Key>(cursor))
            super.init(ObjectIdentifier(Key.self), cursor)
        }
    }

    @exclusivity(unchecked) private var slots: [Slot] = []
    @exclusivity(unchecked) private var used = 0
    private static let limit = 256

    /// Before another row.
    func begin() { used = 0 }

    /// Forgets all containers, which hold on to the columns.
    func removeAll() { slots.removeAll() }

    func container<Key: CodingKey>(
        _ fields: RowFields, _ row: Int, keyedBy type: Key.Type
    ) -> KeyedDecodingContainer<Key> {
        if used < slots.count {
            let slot = slots[used]
            if slot.key == ObjectIdentifier(type) {
                used &+= 1
                slot.cursor.move(to: fields, row)
                return unsafeDowncast(slot, to: TypedSlot<Key>.self).container
            }
        }
        return added(fields, row, keyedBy: type)
    }

    @inline(never)
    private func added<Key: CodingKey>(
        _ fields: RowFields, _ row: Int, keyedBy type: Key.Type
    ) -> KeyedDecodingContainer<Key> {
        let slot = TypedSlot<Key>(RowCursor(fields, row))
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
