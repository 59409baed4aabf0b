import CHost
import Glibc
import OSVCLuaBridge

/// Compares calls from Lua to Swift with those to plain C, in turn in one process; exit code 1 when
/// a ratio is beyond its gate.
let gates: [(LuaCallCost, String, Double)] = [
    (.raw, "raw", 1.2), (.guarded, "guarded", 1.7), (.boxed, "boxed", 2.2),
]
let calls: Int32 = 1_000_000
let repetitions = 7

var plain = Double.infinity
var costs = [Double](repeating: .infinity, count: gates.count)
for _ in 0..<repetitions {
    plain = min(plain, chost_add(0, calls, 1))
    for (index, gate) in gates.enumerated() {
        costs[index] = min(costs[index], gate.0.measure(calls: Int(calls), rounds: 1))
    }
}

func rounded(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
}

print("C        add(a,b) \(rounded(plain)) ns/call")
for (gate, cost) in zip(gates, costs) {
    let name = gate.1 + String(repeating: " ", count: 8 - gate.1.count)
    print("\(name) add(a,b) \(rounded(cost)) ns/call")
}
let ratios = zip(gates, costs).map { gate, cost in
    "\(gate.1) \(rounded(cost / plain)) (gate \(gate.2))"
}
print(ratios.joined(separator: " "))
exit(zip(gates, costs).allSatisfy { $1 / plain <= $0.2 } ? 0 : 1)
