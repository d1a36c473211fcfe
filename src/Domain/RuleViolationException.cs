namespace Padron.Domain;

/// <summary>A command that the rules refuse. The caller can do something about it, so the message says what.</summary>
/// <param name="code">Stable, in snake case: clients decide by it.</param>
/// <param name="message">One sentence for a person.</param>
public sealed class RuleViolationException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    /// <summary>What the message proposes instead of a place, for programs; the likeliest first.</summary>
    public IReadOnlyList<PlaceSuggestion> Suggestions { get; init; } = [];
}
