namespace Padron.Api.Configuration;

/// <summary>Marks a property of an options class as a setting: its name outside, and what may be given for it.</summary>
/// <remarks>The property's doc comment says the rest: the meaning in its summary, and range and default in its value.</remarks>
/// <param name="name">Without the prefix <c>PADRON_</c>, as in <c>appsettings.json</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
sealed class SettingAttribute(string name) : Attribute
{
    public string Name => name;

    /// <summary>What is counted, in the plural; of a <see cref="TimeSpan"/> <c>seconds</c> or <c>days</c>. For text: what it is.</summary>
    public string Unit { get; init; } = "text";

    /// <summary>Inclusive, as <see cref="Max"/>; for numbers and times.</summary>
    public double Min { get; init; }

    public double Max { get; init; }

    /// <summary>The default in words, where it depends on the machine.</summary>
    public string? Default { get; init; }

    /// <summary>May stand in a file named by the setting <c>…_FILE</c> instead, and is never shown.</summary>
    public bool Secret { get; init; }
}
