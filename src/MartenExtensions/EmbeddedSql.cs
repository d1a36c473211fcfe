using System.Reflection;

namespace Padron.MartenExtensions;

/// <summary>SQL that lives in a <c>.sql</c> file beside the class that runs it.</summary>
public static class EmbeddedSql
{
    /// <summary>The one statement in <paramref name="file"/>, in the folder (namespace) of <paramref name="type"/>.</summary>
    public static string Beside(Type type, string file) => Read(type.Assembly, $"{type.Namespace}.{file}");

    /// <summary>The statements in <paramref name="file"/>: each ends with a semicolon at the end of a line.</summary>
    public static IReadOnlyList<string> StatementsBeside(Type type, string file) =>
        Beside(type, file).Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal static string Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly {assembly.GetName().Name} has no embedded '{resource}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
