namespace Padron.Api.Configuration;

/// <summary>Reads options classes, and collects every mistake instead of stopping at the first.</summary>
sealed class SettingsReader(IConfiguration configuration)
{
    readonly List<string> mistakes = [];

    /// <summary>A sentence each, with the setting's name and what to do.</summary>
    public IReadOnlyList<string> Mistakes => mistakes;

    /// <summary>What is not set, or set to nothing, keeps its default.</summary>
    public T Read<T>()
        where T : new()
    {
        object options = new T();
        foreach (var setting in Setting.Of(typeof(T)))
        {
            try
            {
                if (Find(setting) is { Length: > 0 } text)
                    setting.Property.SetValue(options, setting.Parse(text));
            }
            catch (FormatException mistake)
            {
                mistakes.Add(mistake.Message);
            }
        }

        return (T)options;
    }

    string? Find(Setting setting)
    {
        var value = configuration[setting.Name];
        if (!setting.Attribute.Secret || configuration[setting.FileName] is not { Length: > 0 } path)
            return value;
        var variable = Setting.Prefix + setting.FileName;
        if (value is { Length: > 0 })
            throw new FormatException($"{setting.Variable} and {variable} are both set: keep one of them.");
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n') is { Length: > 0 } text ? text : throw new FormatException($"{variable} names {path}, which is empty.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{variable} names {path}, which can't be read ({error.Message}): name a file that this process may read.", error);
        }
    }
}
