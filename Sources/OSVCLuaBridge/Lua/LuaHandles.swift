/// The Swift objects that Lua refers to, by the numbers in its userdata.
///
/// The storage is plain memory because each call from Lua reads it: an array would check for exclusive access
/// each time.
@safe final class LuaHandles {
    private var storage: UnsafeMutablePointer<Unmanaged<AnyObject>?>
    private var room: Int
    private var free: [Int] = []
    private var count = 0

    init() {
        room = 256
        unsafe storage = .allocate(capacity: room)
        unsafe storage.initialize(repeating: nil, count: room)
    }

    deinit {
        removeAll()
        unsafe storage.deallocate()
    }

    /// Keeps the object until `remove`.
    func insert(_ object: AnyObject) -> Int64 {
        let place: Int
        if let last = free.popLast() {
            place = last
        } else {
            if count == room { grow() }
            place = count
            count += 1
        }
        unsafe storage[place] = Unmanaged.passRetained(object)
        return Int64(place)
    }

    /// The object of a handle that Lua still holds.
    subscript(handle: Int64) -> AnyObject? {
        @inline(__always) get {
            unsafe storage[Int(truncatingIfNeeded: handle)]?.takeUnretainedValue()
        }
    }

    func remove(_ handle: Int64) {
        let place = Int(handle)
        guard let object = unsafe storage[place] else { return }
        unsafe storage[place] = nil
        free.append(place)
        unsafe object.release()
    }

    func removeAll() {
        for place in 0..<count { remove(Int64(place)) }
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Unmanaged<AnyObject>?>.allocate(capacity: room * 2)
        unsafe larger.initialize(repeating: nil, count: room * 2)
        unsafe larger.update(from: storage, count: count)
        unsafe storage.deallocate()
        unsafe storage = larger
        room *= 2
    }
}
