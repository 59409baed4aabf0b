import Testing

@testable import OSVCEngine

/// Bytes nobody meant, for everything that reads text from outside. The seeds are fixed: a failure
/// happens again.
struct RandomInputTests {
    /// A small generator (xorshift), so that the same seed gives the same bytes everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let rounds = 3000

    /// `seed` grown by random edits: bytes removed, doubled, replaced, swapped.
    private func mutations(of seed: String, _ body: ([UInt8]) -> Void) {
        var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<Self.rounds {
            var bytes = Array(seed.utf8)
            for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(bytes[place], at: place)
                case 2: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 3: bytes.removeSubrange(place...)
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
                }
            }
            body(bytes)
        }
    }

    @Test func `a mount table of any bytes is read or refused`() {
        let line =
            "36 35 98:0 /mnt1 /mnt\\040a rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n"
        mutations(of: line + line) { bytes in
            guard let entries = try? MountTable.parse(bytes) else { return }
            #expect(entries.count <= bytes.count)
        }
    }

    @Test func `a journal of any bytes tells something or nothing`() {
        let journal = "begin\t1.000\t7\tstart\ndo\t2.000\tfs#1\tmount /a\ndid\tfs#1\n"
        mutations(of: journal) { bytes in
            let found = Interruption(journal: bytes)
            #expect(found == nil || found?.action.isEmpty == false || bytes.contains(9))
            #expect(found?.text != "")
            #expect(found?.time.isFinite ?? true)
            #expect((found?.pid ?? 0) >= 0)
        }
    }

    @Test func `a lock file of any bytes names a process or none`() {
        mutations(of: "1234 start\n") { bytes in
            let holder = LockHolder(file: String(decoding: bytes, as: UTF8.self))
            #expect(holder == nil || (holder?.pid ?? 0) > 0)
            #expect(holder?.description != "")
        }
    }

    @Test func `a stamp of any bytes is a time or none`() {
        mutations(of: "2014-02-17 17:20:41.123456\n") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(SyncStamp.time(text)?.isFinite ?? true)
        }
        mutations(of: "1395000000.25\n") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(Instant.read(text)?.isFinite ?? true)
        }
    }

    @Test func `a file of accounts of any bytes gives one or none`() {
        mutations(of: "root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/srv:\n") { bytes in
            let account = Account.parse(String(decoding: bytes, as: UTF8.self), name: "web")
            #expect(account == nil || account?.isKnown == true)
        }
    }

    @Test
    func `a document of any bytes is read or refused, and what was read prints and reads again`()
        throws
    {
        let text = #"{"a":[1,-2.5e3,"x\u00e9\n\"\ud83d\ude00\ud800\udc00",true,null],"b":{"c":{}}}"#
        var read = 0
        mutations(of: text) { bytes in
            guard let value = try? JSONValue(parsing: bytes) else { return }
            read += 1
            #expect((try? JSONValue(parsing: value.compactText)) == value)
            #expect((try? JSONValue(parsing: value.prettyText)) == value)
        }
        #expect(read > 0)
    }

    @Test func `a process of any bytes is read or refused`() {
        let status = "42 (a b) c) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 77 1 1 1"
        mutations(of: status) { bytes in
            guard let found = ProcessStat(bytes) else { return }
            #expect(found.parent >= Int32.min)
        }
    }

    @Test func `a hosts file of any bytes gives addresses or none`() {
        mutations(of: "127.0.0.1 localhost web\n::1 web # no\n10.0.0.1\tdb db.site\n") { bytes in
            let file = HostsFile(String(decoding: bytes, as: UTF8.self), modified: nil)
            #expect(file.addresses(of: "web").count <= 8)
        }
    }

    @Test func `a pid file of any bytes names a process or none`() {
        mutations(of: "1234 567890\n") { bytes in
            let record = DaemonRecord(String(decoding: bytes, as: UTF8.self))
            #expect(record == nil || (record?.pid ?? 0) > 0)
        }
    }

    @Test func `a packet of any bytes claims an address or none`() throws {
        let address = try #require(IPAddress("10.0.0.9"))
        let hardware: [UInt8] = [2, 0, 0, 0, 0, 1]
        let packet = ARP.probe(address, from: hardware)
        var generator = Generator(state: 7)
        for _ in 0..<Self.rounds {
            var bytes = packet
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
                in: 0...255,
                using: &generator
            )
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
            let claimant = ARP.claimant(of: address, in: bytes[...])
            #expect(claimant == nil || claimant?.count == 6)
        }
    }
}
