import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.zip.*;
import org.objectweb.asm.*;
import org.objectweb.asm.commons.*;

/** Moves the classes of archives to other packages with the library that Maven's and Gradle's shading plugins use: Relocate OUT-FOLDER PREFIX JAR... */
public class Relocate {
    public static void main(String[] arguments) throws Exception {
        String prefix = arguments[1];
        for (int i = 2; i < arguments.length; i++) {
            try (ZipFile in = new ZipFile(arguments[i]); ZipOutputStream out = new ZipOutputStream(new FileOutputStream(arguments[0] + "/" + (i - 2) + ".jar"))) {
                Set<String> own = new HashSet<>();
                List<ZipEntry> entries = new ArrayList<>(Collections.list(in.entries()));
                for (ZipEntry e : entries) if (e.getName().endsWith(".class") && !e.getName().startsWith("META-INF/") && e.getName().contains("/")) own.add(e.getName().substring(0, e.getName().length() - 6));
                Remapper remapper = new Remapper() {
                    @Override public String map(String name) { return own.contains(name) ? prefix + name : name; }
                    @Override public Object mapValue(Object value) {
                        if (value instanceof String text && own.contains(text.replace('.', '/'))) return prefix.replace('/', '.') + text;
                        return super.mapValue(value);
                    }
                };
                for (ZipEntry e : entries) {
                    if (!own.contains(e.getName().replaceAll("\\.class$", ""))) continue;
                    ClassWriter writer = new ClassWriter(0);
                    new ClassReader(in.getInputStream(e)).accept(new ClassRemapper(writer, remapper), ClassReader.EXPAND_FRAMES);
                    out.putNextEntry(new ZipEntry(prefix + e.getName()));
                    out.write(writer.toByteArray());
                    out.closeEntry();
                }
            }
        }
    }
}
