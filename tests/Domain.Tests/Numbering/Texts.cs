using FsCheck;
using FsCheck.Fluent;

namespace Padron.Domain.Tests.Numbering;

static class Texts
{
    static readonly string[] Pieces =
    [
        "5512345678", "55", "044", "+52", "0", "7", " ", ".", ",", "/", "-", "(", ")", "e", "E+09", ".0", "ext", "x", "tel:", "y", "o",
        "\n", "\t", "'",
        "NULL", "S/N", "Ã‰", "Ã", "â€™", "e\u0301", "\u00A0", "\u200B", "\0", "５", "٥", "𝟝", "ñ",
        "\uD800", "\uDC00", "\uFFFD", "\uFFFF", "📞", "VER", "México",
    ];

    /// <summary>Any string at all, half of them made of the pieces our rules look at; lone surrogates included.</summary>
    public static Gen<string?> Any { get; } = Gen.OneOf<string?>(
        Gen.Elements(Pieces).ListOf().Select(string? (pieces) => string.Concat(pieces)),
        ArbMap.Default.GeneratorFor<string>().Select(string? (text) => text),
        Gen.Choose(0, 0xFFFF).ListOf().Select(string? (codes) => string.Concat(codes.Select(code => (char)code))));
}
