import OSVCEngine

print("osvc \(osvcVersion)")
