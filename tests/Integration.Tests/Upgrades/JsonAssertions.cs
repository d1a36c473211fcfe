using System.Text.Json;

namespace Padron.Integration.Tests.Upgrades;

static class JsonAssertions
{
    /// <summary>
    /// Everything that <paramref name="expected"/> has must be there with the same value, and arrays have as many items. Objects may have
    /// gained members.
    /// </summary>
    public static void ShouldHold(this JsonElement actual, JsonElement expected, string path = "$")
    {
        actual.ValueKind.ShouldBe(expected.ValueKind, path);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in expected.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
                {
                    actual.TryGetProperty(member.Name, out var value).ShouldBeTrue($"{path}.{member.Name}");
                    value.ShouldHold(member.Value, $"{path}.{member.Name}");
                }

                break;
            case JsonValueKind.Array:
                actual.GetArrayLength().ShouldBe(expected.GetArrayLength(), path);
                foreach (var (index, item) in expected.EnumerateArray().Index())
                    actual[index].ShouldHold(item, $"{path}[{index}]");
                break;
            default:
                actual.ToString().ShouldBe(expected.ToString(), path);
                break;
        }
    }
}
