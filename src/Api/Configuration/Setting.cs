using System.Globalization;
using System.Reflection;

namespace Padron.Api.Configuration;

/// <summary>One setting, as its property and attribute describe it.</summary>
sealed record Setting(PropertyInfo Property, SettingAttribute Attribute)
{
    /// <summary>Before every name in the environment.</summary>
    public const string Prefix = "PADRON_";

    /// <summary>Every setting there is, in the order in which the classes declare them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. typeof(PadronSettings).GetProperties().SelectMany(group => Of(group.PropertyType))];

    public string Name => Attribute.Name;

    public string Variable => Prefix + Name;

    /// <summary>Names the file that holds the value; of secrets only.</summary>
    public string FileName => Name + "_FILE";

    /// <summary>What may be given: "seconds from 1 to 300".</summary>
    public string Range =>
        Names() is { } names ? (IsFlags ? "any of " : "one of ") + string.Join(", ", names) + (IsFlags ? ", separated by commas" : "")
        : IsNumber ? string.Create(CultureInfo.InvariantCulture, $"{Attribute.Unit} from {Attribute.Min} to {Attribute.Max}")
        : Attribute.Unit;

    /// <summary>The default as it is written in a setting; "none" where there is none.</summary>
    public string Default => Attribute.Default ?? Text(Property.GetValue(Activator.CreateInstance(Property.DeclaringType!)));

    bool IsNumber => Property.PropertyType == typeof(int) || Property.PropertyType == typeof(TimeSpan);

    bool IsFlags => Property.PropertyType.IsDefined(typeof(FlagsAttribute));

    public static IEnumerable<Setting> Of(Type options) =>
        from property in options.GetProperties()
        let attribute = property.GetCustomAttribute<SettingAttribute>()
        where attribute is not null
        select new Setting(property, attribute);

    /// <exception cref="FormatException">The text is no such value, or out of its range; the message says what to give.</exception>
    public object Parse(string text)
    {
        var type = Property.PropertyType;
        if (type == typeof(string))
            return text;
        if (type.IsEnum)
            return ParseNames(text);
        var whole = type == typeof(int) ? NumberStyles.Integer : NumberStyles.Float;
        if (!double.TryParse(text, whole, CultureInfo.InvariantCulture, out var number) || !(number >= Attribute.Min && number <= Attribute.Max))
            throw Refused(text);
        return type == typeof(int) ? (int)number
            : Attribute.Unit is "days" ? TimeSpan.FromDays(number)
            : TimeSpan.FromSeconds(number);
    }

    /// <summary>A value as it would be written in a setting.</summary>
    public string Text(object? value) => value switch
    {
        null => "none",
        TimeSpan time => (Attribute.Unit is "days" ? time.TotalDays : time.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        Enum names => names.ToString().ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    object ParseNames(string text)
    {
        var names = IsFlags ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text.Trim()];
        if (names.Except(Names()!, StringComparer.OrdinalIgnoreCase).Any())
            throw Refused(text);
        return Enum.Parse(Property.PropertyType, names.Length == 0 ? "0" : string.Join(',', names), ignoreCase: true);
    }

    // Of flags, the name of nothing at all is not one that is given: the setting is left out.
    IEnumerable<string>? Names() => Property.PropertyType.IsEnum
        ? Enum.GetNames(Property.PropertyType).Where(name => !IsFlags || !name.Equals("None", StringComparison.Ordinal)).Select(name => name.ToLowerInvariant())
        : null;

    FormatException Refused(string text) => new($"{Variable} is '{text}': give {Range}.");
}
