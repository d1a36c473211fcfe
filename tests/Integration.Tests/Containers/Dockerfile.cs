using System.Text.Json;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Containers;

/// <summary>One line of a Dockerfile: <c>COPY</c>, and <c>--from=build /source/app ./</c>.</summary>
readonly record struct Instruction(string Name, string Text)
{
    public IEnumerable<string> Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The words of the JSON form, which is what runs without a shell.</summary>
    public string[] Exec => JsonSerializer.Deserialize<string[]>(Text[Text.IndexOf('[')..])!;
}

/// <summary>The project's Dockerfile, stage by stage: as much of the language as it uses.</summary>
static class Dockerfile
{
    public static IReadOnlyList<IReadOnlyList<Instruction>> Stages { get; } = Parse(File.ReadAllText(Repository.PathOf("Dockerfile")));

    static List<IReadOnlyList<Instruction>> Parse(string text)
    {
        var stages = new List<List<Instruction>>();
        foreach (var line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Where(line => line.Trim() is not "" && line[0] != '#'))
        {
            var instruction = new Instruction(line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..].Trim());
            if (instruction.Name == "FROM")
                stages.Add([]);
            stages.LastOrDefault()?.Add(instruction);
        }

        return [.. stages];
    }
}
