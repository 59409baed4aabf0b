@testable import OSVCEngine
import Testing

@Suite struct NeighbourPacketTests {
    let mine: [UInt8] = [2, 0, 0, 0, 0, 1]
    let other: [UInt8] = [2, 0, 0, 0, 0, 2]

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test func `an ARP probe claims nothing: its sender has no address`() throws {
        let probe = ARP.probe(try address("192.0.2.7"), from: mine)
        #expect(
            probe == [0, 1, 8, 0, 6, 4, 0, 1] + mine + [0, 0, 0, 0] + [0, 0, 0, 0, 0, 0]
                + [192, 0, 2, 7]
        )
    }

    @Test func `who answers, announces or probes for an address claims it; who asks does not`()
        throws
    {
        let wanted = try address("192.0.2.7")
        let packets = ARP.announcements(wanted, from: other) + [ARP.probe(wanted, from: other)]
        for packet in packets {
            #expect(ARP.claimant(of: wanted, in: packet[...]) == other)
            #expect(ARP.claimant(of: try address("192.0.2.8"), in: packet[...]) == nil)
            #expect(ARP.claimant(of: wanted, in: packet.dropLast()) == nil)
        }
        var question = ARP.probe(wanted, from: other)
        question[14] = 192
        #expect(ARP.claimant(of: wanted, in: question[...]) == nil)
    }

    @Test func `IPv6 packets carry a right checksum and the sizes of the standard`() throws {
        let address = try address("2001:db8::abcd:ef01")
        let probe = NeighbourDiscovery.probe(address)
        let told = NeighbourDiscovery.announcement(address, from: mine, isRouter: false)
        #expect(probe.count == 64)
        #expect(told.count == 72)
        for packet in [probe, told] {
            let length = UInt8(packet.count - 40)
            let header = packet[8..<40] + [0, 0, 0, length, 0, 0, 0, 58]
            #expect(NeighbourDiscovery.checksum(Array(header + packet[40...])) == 0)
            #expect(packet[7] == 255)
        }
        #expect(IPAddress(bytes: Array(probe[24..<40])).description == "ff02::1:ffcd:ef01")
        #expect(NeighbourDiscovery.solicitedHardware(address) == [0x33, 0x33, 0xff, 0xcd, 0xef, 1])
    }

    @Test func `an advertisement or a probe claims an IPv6 address, a question does not`() throws {
        let wanted = try address("2001:db8::7")
        let told = NeighbourDiscovery.announcement(wanted, from: other, isRouter: true)
        let probe = NeighbourDiscovery.probe(wanted)
        var question = probe
        question[8] = 0xfe
        #expect(NeighbourDiscovery.isClaim(of: wanted, in: told[...]))
        #expect(NeighbourDiscovery.isClaim(of: wanted, in: probe[...]))
        #expect(!NeighbourDiscovery.isClaim(of: wanted, in: question[...]))
        #expect(!NeighbourDiscovery.isClaim(of: try address("2001:db8::8"), in: told[...]))
        var routed = told
        routed[7] = 64
        #expect(!NeighbourDiscovery.isClaim(of: wanted, in: routed[...]))
    }
}
